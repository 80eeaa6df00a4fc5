"""凭证包: taken from a page, judged by the stand-alone program; every part that somebody changes is named in the verdict."""

from __future__ import annotations

import ast
import base64
import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.evidence.verify_evidence import jcs, judge
from nodekit.testing import Federation
from tests.federation.clue_transfer.offices import CANARY, COUNTY, DESK, SPECS, Desk, Issuing

VERIFIER = Path(__file__).parents[3] / "contracts" / "evidence" / "verify_evidence.py"
ROOT = ("root", "owner:990121-inspection", "owner:990121-discipline")


@dataclass
class Taken:
    """Two packages of the same event, from its two ends, and what a judge gets by other ways."""

    sent: dict[str, Any]
    received: dict[str, Any]
    root: bytes
    fed: Federation
    event_id: str


@pytest.fixture
async def taken(start_federation, tmp_path: Path) -> AsyncIterator[Taken]:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK)}) as fed:
        county, desk = await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK])
        await county.sent()
        await fed.settle()
        await desk.assigned((await desk.only())["id"])
        await county.sent(statement="第二件")
        await fed.settle()
        event_id = str(await fed[COUNTY].scalar("SELECT event_id FROM nodekit.outbox WHERE dst = :desk AND seq = 2", desk=DESK))
        sent = await county.head.submit(f"/ops/exchange/events/out/{DESK}/{event_id}/evidence", reason="案件审理调取")
        received = await desk.intake.submit(f"/ops/exchange/events/in/{COUNTY}/{event_id}/evidence", reason="案件审理调取")
        assert (sent.status_code, received.status_code) == (200, 200), sent.text + received.text
        root = base64.b64decode((tmp_path / "keys" / COUNTY / "keys" / "root.pub").read_bytes())
        yield Taken(sent.json(), received.json(), root, fed, event_id)


async def test_both_ends_prove_the_same_and_the_open_questions_are_named(taken) -> None:
    marks = {key["office"]: key["fingerprint"] for key in taken.sent["keys"]}
    for package in (taken.sent, taken.received):
        alone, informed = judge(package), judge(package, taken.root, marks)
        assert alone.wrong == [] and set(ROOT).isdisjoint(alone.proven), "without another way to the keys, whose they are stays open"
        assert informed.wrong == [] and {*ROOT, "sender_signature", "receipt", "content", "introduction"} <= set(informed.proven)
    assert taken.sent["event"] == taken.received["event"]
    assert CANARY not in json.dumps(taken.sent, ensure_ascii=False), "what is sealed stays sealed"


async def test_taking_one_needs_the_permission_and_a_reason_and_is_in_the_audit_log(taken) -> None:
    node = taken.fed[COUNTY]
    url = f"/ops/exchange/events/out/{DESK}/{taken.event_id}"
    clerk, auditor = await node.login("office_clerk"), await node.login("audit_officer")
    assert (await clerk.submit(f"{url}/evidence", reason="看看")).status_code == 403
    assert (await auditor.submit(f"{url}/evidence")).status_code == 422
    assert "下载凭证包" in await auditor.page(url)
    assert "下载凭证包由办公室主任" in await clerk.page(url)
    noted = "SELECT reason FROM nodekit.audit_log WHERE action = 'exchange.evidence' AND subject = :id"
    assert await node.column(noted, id=taken.event_id) == ["案件审理调取"]
    assert (await auditor.submit(f"/ops/exchange/events/in/{COUNTY}/{taken.event_id}/evidence", reason="核对")).status_code == 404


def other_key() -> str:
    return base64.urlsafe_b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).rstrip(b"=").decode()


def flipped(text: str) -> str:
    """The same signature with one bit changed."""
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[5] ^= 1
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _event(package: dict[str, Any], **changes: Any) -> None:
    package["event"] = jcs(json.loads(package["event"]) | changes).decode()


def _receipt(package: dict[str, Any], **changes: Any) -> None:
    document = json.loads(package["receipts"][0]["document"])
    document["spans"][0] |= changes
    package["receipts"][0]["document"] = jcs(document).decode()


def _last(package: dict[str, Any]) -> dict[str, Any]:
    return package["chain"]["links"][-1]


TAMPERING: dict[str, tuple[Callable[[dict[str, Any]], Any], set[str]]] = {
    "what the event says": (lambda p: _event(p, at="2020-01-01T00:00:00Z"), {"content"}),
    "who sent it": (lambda p: _event(p, src="990122-inspection"), {"event", "content"}),
    "spacing of the event": (lambda p: p.update(event=p["event"].replace(",", ", ", 1)), {"event", "content"}),
    "its number": (lambda p: p.update(number=1), {"content"}),
    "a link's event hash": (lambda p: _last(p).update(eh="0" * 64), {"content", "sender_signature", "receipt"}),
    "the link before": (lambda p: p["chain"]["links"][0].update(eh="0" * 64), {"sender_signature", "receipt"}),
    "the sender's signature": (lambda p: _last(p).update(sig=flipped(_last(p)["sig"])), {"sender_signature"}),
    "the sender's signature taken out": (lambda p: _last(p).update(sig=None), {"sender_signature"}),
    "a suite nobody knows": (lambda p: _last(p).update(suite="none-1"), {"sender_signature", "receipt"}),
    "the verdict of the receipt": (lambda p: _receipt(p, st="refused"), {"receipt"}),
    "the numbers of the receipt": (lambda p: _receipt(p, a=1), {"receipt"}),
    "the signature of the receipt": (lambda p: p["receipts"][0].update(sig=flipped(p["receipts"][0]["sig"])), {"receipt"}),
    "the sender's key": (lambda p: p["keys"][0].update(public=other_key()), {"sender_signature", "fingerprints", "introduction"}),
    "the addressee's key": (lambda p: p["keys"][1].update(public=other_key()), {"receipt", "fingerprints", "introduction"}),
    "a fingerprint": (lambda p: p["keys"][0].update(fingerprint="0" * 64), {"fingerprints", ROOT[1]}),
    "the directory": (lambda p: p["directory"]["offices"][COUNTY].update(signing=other_key()), {"directory", "introduction"}),
    "the root key": (lambda p: p.update(root=base64.b64encode(bytes(range(32))).decode()), {"directory", "introduction", "root"}),
}


async def test_every_part_that_is_changed_is_named_in_the_verdict(taken) -> None:
    marks = {key["office"]: key["fingerprint"] for key in taken.sent["keys"]}
    unnamed = {}
    for what, (change, expected) in TAMPERING.items():
        package = copy.deepcopy(taken.sent)
        change(package)
        wrong = set(judge(package, taken.root, marks).wrong)
        if not expected <= wrong:
            unnamed[what] = (expected, wrong)
    assert unnamed == {}


DESCRIPTIVE = {"format", "made.office", "made.at", "channel.src_name", "channel.dst_name", "keys.*.first_seen_at", "keys.*.status"}
"""Nobody signs these; the program proves nothing by them, and names no office by them."""


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, item in pairs for leaf in leaves(item, (*path, key))]
    return [path]


def changed(package: dict[str, Any], path: tuple[Any, ...], at: float) -> dict[str, Any]:
    """The value at `path` made another: one character of a text (at the begin, in the middle, at the end), a number one higher."""
    again = copy.deepcopy(package)
    where: Any = again
    for key in path[:-1]:
        where = where[key]
    value = where[path[-1]]
    if isinstance(value, str) and value:
        spot = min(int(len(value) * at), len(value) - 1)
        where[path[-1]] = value[:spot] + ("A" if value[spot] != "A" else "B") + value[spot + 1 :]
    else:
        where[path[-1]] = "A" if value in (None, "") else value + 1
    return again


def refused(package: dict[str, Any], root: bytes, marks: dict[str, str]) -> bool:
    """Something is false, or it is no package any more."""
    try:
        return bool(judge(package, root, marks).wrong)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return True


async def test_every_value_of_a_package_changed_anywhere_is_refused(taken) -> None:
    marks = {key["office"]: key["fingerprint"] for key in taken.sent["keys"]}
    tried, passed = 0, set()
    for package in (taken.sent, taken.received):
        for path in leaves(package):
            name = ".".join("*" if isinstance(key, int) else str(key) for key in path)
            if name in DESCRIPTIVE or (name == "chain.prev" and package["chain"]["links"][0]["seq"] == 1):
                continue
            for at in (0.0, 0.5, 1.0):
                tried += 1
                if not refused(changed(package, path, at), taken.root, marks):
                    passed.add((name, at))
    assert passed == set()
    assert tried >= 100


async def test_a_key_that_is_called_a_former_one_is_not_introduced_by_that(taken) -> None:
    """Who signs a package with a key of his own and calls it retired must not get a tick for it."""
    package = copy.deepcopy(taken.sent)
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    package["keys"].append({
        "office": COUNTY, "public": base64.urlsafe_b64encode(stranger).rstrip(b"=").decode(), "fingerprint": hashlib.sha256(stranger).hexdigest(),
        "status": "retired", "first_seen_at": "2026-01-01T00:00:00+00:00",
    })
    verdict = judge(package, taken.root)
    assert "introduction" not in verdict.proven
    package["keys"][-1]["status"] = "pinned"
    assert "introduction" in judge(package, taken.root).wrong


async def test_links_receipts_and_keys_exchanged_within_a_package_are_refused(taken) -> None:
    marks = {key["office"]: key["fingerprint"] for key in taken.sent["keys"]}

    def exchange(change: Callable[[dict[str, Any]], Any]) -> bool:
        package = copy.deepcopy(taken.sent)
        change(package)
        return refused(package, taken.root, marks)

    links, keys, receipts = (lambda p: p["chain"]["links"]), (lambda p: p["keys"]), (lambda p: p["receipts"])
    changes: dict[str, Callable[[dict[str, Any]], Any]] = {
        "keys of the two offices": lambda p: p.update(keys=[key | {"office": other["office"]} for key, other in zip(keys(p), reversed(keys(p)), strict=True)]),
        "no keys": lambda p: p.update(keys=[]),
        "only the sender's key": lambda p: p.update(keys=keys(p)[:1]),
        "sender and addressee": lambda p: p["channel"].update(src=p["channel"]["dst"], dst=p["channel"]["src"]),
        "the receipt's signature by the link's": lambda p: receipts(p)[0].update(sig=_last(p)["sig"]),
        "the link's signature by the receipt's": lambda p: _last(p).update(sig=receipts(p)[0]["sig"]),
        "the receipt's document by the event": lambda p: receipts(p)[0].update(document=p["event"]),
        "the event by the receipt's document": lambda p: p.update(event=receipts(p)[0]["document"]),
        "the last link left out": lambda p: links(p).pop(),
        "the last link twice": lambda p: links(p).append(links(p)[-1]),
        "no links": lambda p: p["chain"].update(links=[]),
        "numbers one higher": lambda p: [link.update(seq=link["seq"] + 1) for link in links(p)],
        "a false receipt beside the true one": lambda p: receipts(p).append(receipts(p)[0] | {"sig": flipped(receipts(p)[0]["sig"])}),
        "an empty directory": lambda p: p["directory"].update(offices={}),
    }
    assert [what for what, change in changes.items() if not exchange(change)] == []


async def test_without_a_receipt_it_says_that_arrival_is_not_proven(taken) -> None:
    package = copy.deepcopy(taken.sent)
    package["receipts"] = []
    verdict = judge(package)
    assert "receipt" not in verdict.wrong and "receipt" not in verdict.proven


async def test_the_program_stands_alone_and_speaks_both_languages(taken, tmp_path: Path) -> None:
    imported = {name.partition(".")[0] for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8"))) for name in _imports(node)}
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
    file, alone = tmp_path / "evidence.json", tmp_path / "verify.py"
    alone.write_bytes(VERIFIER.read_bytes())

    def run(package: Any, *options: str) -> subprocess.CompletedProcess[str]:
        file.write_text(package if isinstance(package, str) else json.dumps(package), encoding="utf-8")
        return subprocess.run([sys.executable, "-I", str(alone), str(file), *options], capture_output=True, text=True, cwd=tmp_path, check=False)

    good = run(taken.sent, "--fingerprint", f"{COUNTY}={taken.sent['keys'][0]['fingerprint']}")
    assert good.returncode == 0 and "未发现不符" in good.stdout and "nothing is wrong" in good.stdout
    bad = copy.deepcopy(taken.sent)
    _last(bad)["sig"] = flipped(_last(bad)["sig"])
    assert run(bad).returncode == 1
    assert [run(text).returncode for text in ("", "[]", "{}", '{"format": "liandong-evidence-1"}', "[" * 5000)] == [2] * 5


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
