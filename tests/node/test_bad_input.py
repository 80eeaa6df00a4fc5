"""Every route of every service against everything a person or program can get wrong: a clear no, nothing changed, never a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from contracts.tools.generate import SERVICES
from nodekit.app import build_app
from nodekit.cli import load_spec
from nodekit.testing import OfficerClient, TestNode
from shared_schemas.offices import OfficeKind, Tier

HOME = {
    "county": "990121-inspection", "city": "990100-inspection", "province": "990000-inspection", "discipline_commission": "990121-discipline",
    "organization_department": "990121-organization", "department": "990100-sector-finance",
}
UNKNOWN = str(UUID(int=0))
HOSTILE: list[Any] = [
    {}, [], None, "text", 7, {"a": {"b": [1, 2, {"c": None}]}}, {"status": "closed", "id": UNKNOWN},
    {"form": "\x00\x01"}, {"title": "<script>alert(1)</script>", "reason": "' OR 1=1 --"}, {"count": 10**40}, {"date": "2026-02-30"}, {"name": "\ud800"},
]
COUNTED = "SELECT (SELECT count(*) FROM nodekit.outbox) + (SELECT count(*) FROM nodekit.history)"


def unsafe_routes(service: str) -> Iterator[tuple[str, str]]:
    """(method, path with ids filled in) of everything in the service's OpenAPI that may change something."""
    document = build_app(load_spec(f"services.{service}")).openapi()
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            if method in {"post", "put", "patch", "delete"} and not path.startswith("/api/session"):
                for parameter in operation.get("parameters", ()):
                    if parameter["in"] == "path":
                        path = path.replace("{" + parameter["name"] + "}", UNKNOWN)  # noqa: PLW2901 - filled in step by step
                yield method, path


async def sent(officer: OfficerClient, method: str, path: str, content: bytes) -> tuple[int, dict[str, Any]]:
    answer = await officer.http.request(method, path, content=content, headers={"X-CSRF-Token": officer.csrf, "Content-Type": "application/json"})
    return answer.status_code, answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}


async def start(start_federation, service: str):
    return start_federation({HOME[service]: load_spec(f"services.{service}")})


@pytest.mark.parametrize("service", SERVICES)
async def test_no_body_brings_a_route_down_or_changes_anything(start_federation, service: str) -> None:
    async with await start(start_federation, service) as fed:
        node: TestNode = fed[HOME[service]]
        officer = await node.login()
        before = await node.scalar(COUNTED)
        accepted, wrong = [], []
        for method, path in unsafe_routes(service):
            for body in HOSTILE:
                status, answer = await sent(officer, method, path, json.dumps(body).encode("utf-8", "surrogatepass"))
                if status < 400:
                    accepted.append((method, path, body))
                elif status >= 500 or not answer.get("code") or not _chinese(answer.get("message", "")):
                    wrong.append((method, path, body, status, answer))
        assert wrong == []
        assert accepted == []
        assert await node.scalar(COUNTED) == before


@pytest.mark.parametrize("service", SERVICES)
async def test_broken_and_oversized_bodies_are_refused(start_federation, service: str) -> None:
    async with await start(start_federation, service) as fed:
        officer = await fed[HOME[service]].login()
        found = []
        for method, path in unsafe_routes(service):
            if "/import" in path:
                continue
            found += [(path, "broken", status) for status, _ in [await sent(officer, method, path, b'{"a": ')] if not 400 <= status < 500]
            found += [(path, "large", status) for status, _ in [await sent(officer, method, path, b'{"a": "' + b"x" * 1_200_000 + b'"}')] if not 400 <= status < 500]
        assert found == []


@pytest.mark.parametrize("service", SERVICES)
async def test_without_a_session_nothing_is_done_or_told(start_federation, service: str) -> None:
    async with await start(start_federation, service) as fed:
        node = fed[HOME[service]]
        stranger = OfficerClient(node.http())
        for method, path in unsafe_routes(service):
            status, answer = await sent(stranger, method, path, b"{}")
            assert (status, answer["code"]) == (401, "node.not_signed_in"), path
        document = node.app.openapi()
        for path in (path for path, methods in document["paths"].items() if "get" in methods and path not in {"/healthz", "/readyz", "/login"}):
            answer = await stranger.get(path.replace("{", "").replace("}", ""))
            assert answer.status_code in {303, 401, 404, 422}, path


async def test_unknown_addresses_and_methods_answer_in_chinese(start_federation) -> None:
    async with await start(start_federation, "county") as fed:
        officer = await fed[HOME["county"]].login()
        for path in ("/api/nothing", "/api/clue-transfer/issued/not-an-id", "/nothing", "/clue-transfer/issued/%00"):
            answer = await officer.get(path)
            assert answer.status_code in {404, 422}, path
            assert _chinese(answer.text)
        answer = await officer.http.request("PUT", "/api/clue-transfer/issued", headers={"X-CSRF-Token": officer.csrf})
        assert answer.status_code == 405
        assert _chinese(answer.text)


def _chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_service_has_a_home_of_its_kind() -> None:
    for service, office in HOME.items():
        spec = load_spec(f"services.{service}")
        assert spec.kind is OfficeKind.of(office)
        assert spec.tiers
        assert set(spec.tiers) <= set(Tier)
