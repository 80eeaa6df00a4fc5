"""An officer at his browser: signed in, with the CSRF token of his session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx


class OfficerClient:
    """JSON and page access to one node as one officer. `act` and `create` fail loudly unless told which status to expect."""

    def __init__(self, http: httpx.AsyncClient, csrf: str = "") -> None:
        self.http, self.csrf = http, csrf

    async def get(self, url: str, **params: Any) -> httpx.Response:
        return await self.http.get(url, params=params)

    async def page(self, url: str, **params: Any) -> str:
        """HTML of a page that must be there."""
        answer = await self.http.get(url, params=params, headers={"Accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == 200, f"{url}: {answer.status_code} {answer.text[:400]}"
        return answer.text

    async def post(self, url: str, json: Any = None, **headers: str) -> httpx.Response:
        return await self.http.post(url, json=json if json is not None else {}, headers={"X-CSRF-Token": self.csrf, **headers})

    async def submit(self, url: str, **fields: Any) -> httpx.Response:
        """Send a page's form as a browser does."""
        data = {"csrf": self.csrf, **fields}
        return await self.http.post(url, data=data, headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})

    async def create(self, ledger_url: str, *, expect: int = 201, **form: Any) -> dict[str, Any]:
        return _checked(await self.post(f"/api{ledger_url}", form), expect)

    async def act(self, ledger_url: str, record_id: UUID | str, action: str, *, expect: int = 200, **form: Any) -> dict[str, Any]:
        return _checked(await self.post(f"/api{ledger_url}/{record_id}/{action}", form), expect)

    async def record(self, ledger_url: str, record_id: UUID | str, *, expect: int = 200) -> dict[str, Any]:
        return _checked(await self.get(f"/api{ledger_url}/{record_id}"), expect)

    async def list(self, ledger_url: str, **params: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = _checked(await self.get(f"/api{ledger_url}", **params), 200)["rows"]
        return rows


def _checked(answer: httpx.Response, expect: int) -> dict[str, Any]:
    assert answer.status_code == expect, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:800]}"
    body: dict[str, Any] = answer.json() if answer.content else {}
    return body
