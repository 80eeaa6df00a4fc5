"""An officer at work through the node's own HTTP API: signed in, patient with a node that is being restarted.

Every change carries an Idempotency-Key made from the step and what is sent. A node killed after it committed and before it
answered gets the same key again and answers with the first result: nothing is done twice, whatever dies when.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID, uuid5

import httpx

NAMESPACE = UUID("6f6b1d9e-6f0a-5d0e-9c52-3b1f5a4c7d21")
PATIENCE_S = 90.0
"""How long a node may be away before a step gives up."""
FAULT_PATIENCE_S = 20.0
"""How long a node may answer 500; a 503 says that its database is away, which is as good as being away itself."""
ARRIVES_WITHIN_S = 180.0
"""A limit, not a pause. After faults a channel may need a minute and a half to settle (docs/reliability.md), and KILL=<seed> makes faults."""
POLL_FIRST_S, POLL_MAX_S = 0.05, 0.5
SESSION_URL = "/api/session"

FoundT = TypeVar("FoundT")


class Refusal(Exception):
    """The node said no: HTTP 4xx with a stable code and a sentence."""

    def __init__(self, what: str, answer: httpx.Response) -> None:
        try:
            body = answer.json()
        except ValueError:
            body = {}
        self.status, self.code = answer.status_code, str(body.get("code", ""))
        self.message, self.hint, self.facts = str(body.get("message") or _words(answer.text)), str(body.get("hint", "")), body.get("facts", {})
        super().__init__(f"{what}:{self.status} {self.code} {self.message}{self.hint} {self.facts or ''}".rstrip())


class NeverHappened(Exception):
    """What a step waited for did not come within its time."""


class Keys:
    """Idempotency keys of one step: the same requests in a repeated step get the same keys."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._seen: Counter[str] = Counter()

    def of(self, *parts: Any) -> str:
        text = json.dumps([self._step, *parts], ensure_ascii=False, sort_keys=True, default=str)
        self._seen[text] += 1
        return str(uuid5(NAMESPACE, f"{text} #{self._seen[text]}"))


class Client:
    """One officer's session at one node."""

    def __init__(
        self, office: str, url: str, username: str, password: str, keys: Callable[[], Keys], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.office, self.username = office, username
        self._password, self._keys = password, keys
        self._http = httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, transport=transport)
        self._csrf = ""

    async def close(self) -> None:
        await self._http.aclose()

    async def sign_in(self) -> None:
        """Start a session. Called by itself when there is none."""
        body = {"username": self.username, "password": self._password}
        answer = await self._patiently("POST", SESSION_URL, json=body)
        if answer.is_error:
            raise Refusal(f"{self.office} {self.username} 登录", answer)
        self._csrf = str(answer.json()["csrf"])

    async def get(self, url: str, **params: Any) -> Any:
        """JSON of `url`."""
        return _json(await self._send("GET", url, params=params), f"GET {url}")

    async def page(self, url: str, **params: Any) -> str:
        """HTML of a page, as an officer would open it."""
        answer = await self._send("GET", url, params=params, headers={"Accept": "text/html"})
        if answer.is_error:
            raise Refusal(f"GET {url}", answer)
        return answer.text

    async def post(self, url: str, body: Any = None, **headers: str) -> Any:
        """Change something. Safe to repeat; see the module."""
        body = body if body is not None else {}
        key = self._keys().of(self.office, self.username, url, body)
        answer = await self._send("POST", url, json=body, headers={"Idempotency-Key": key, **headers})
        return _json(answer, f"{self.office} POST {url}")

    async def create(self, ledger_url: str, **form: Any) -> dict[str, Any]:
        """New record in a ledger, e.g. `/clue-transfer/issued`."""
        made: dict[str, Any] = await self.post(f"/api{ledger_url}", form)
        return made

    async def act(self, ledger_url: str, record_id: UUID | str, action: str, **form: Any) -> dict[str, Any]:
        """One action of a record, by its name in the ledger."""
        done: dict[str, Any] = await self.post(f"/api{ledger_url}/{record_id}/{action.replace('_', '-')}", form)
        return done

    async def record(self, ledger_url: str, record_id: UUID | str) -> dict[str, Any]:
        found: dict[str, Any] = await self.get(f"/api{ledger_url}/{record_id}")
        return found

    async def list(self, ledger_url: str, **params: Any) -> list[dict[str, Any]]:
        """Records of a ledger, filtered as in the page's URL."""
        rows: list[dict[str, Any]] = (await self.get(f"/api{ledger_url}", **params))["rows"]
        return rows

    async def wait_for_record(
        self, ledger_url: str, wanted: Callable[[dict[str, Any]], bool], what: str, *, within_s: float = ARRIVES_WITHIN_S, **params: Any
    ) -> dict[str, Any]:
        """Wait until a ledger shows a record that `wanted` accepts; returns it."""

        async def look() -> dict[str, Any] | None:
            return next((row for row in await self.list(ledger_url, **params) if wanted(row)), None)

        return await wait_for(look, f"{self.office}:{what}", within_s=within_s)

    async def _send(self, method: str, url: str, **request: Any) -> httpx.Response:
        if not self._csrf:
            await self.sign_in()
        for last in (False, True):
            headers = {"Accept": "application/json", **request.pop("headers", {}), "X-CSRF-Token": self._csrf}
            answer = await self._patiently(method, url, headers=headers, **request)
            if answer.status_code != httpx.codes.UNAUTHORIZED or last:
                break
            await self.sign_in()  # the session ended while nobody was looking
            request["headers"] = headers
        return answer

    async def _patiently(self, method: str, url: str, **request: Any) -> httpx.Response:
        """Send, and send again while the node is away or in trouble."""
        began, pause = time.monotonic(), POLL_FIRST_S
        while True:
            waited = time.monotonic() - began
            try:
                answer = await self._http.request(method, url, **request)
            except httpx.TransportError:
                if waited > PATIENCE_S:
                    raise
            else:
                away = answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
                if not answer.is_server_error or waited > (PATIENCE_S if away else FAULT_PATIENCE_S):
                    return answer
            await asyncio.sleep(pause)
            pause = min(pause * 2, POLL_MAX_S)


async def wait_for(look: Callable[[], Awaitable[FoundT | None]], what: str, *, within_s: float = ARRIVES_WITHIN_S) -> FoundT:
    """Look until something true is found; a refusal while looking counts as not yet.

    Raises:
        NeverHappened: says what was waited for, and the last refusal if there was one.
    """
    deadline, pause, refusal = time.monotonic() + within_s, POLL_FIRST_S, ""
    while True:
        try:
            if found := await look():
                return found
            refusal = ""
        except Refusal as answer:
            refusal = f"({answer})"
        if time.monotonic() > deadline:
            raise NeverHappened(f"{within_s:.0f} 秒内未等到{what}{refusal}")
        await asyncio.sleep(pause)
        pause = min(pause * 2, POLL_MAX_S)


def _words(page: str) -> str:
    """What an error page says, without its markup."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", main[0] if main else page)
    return " ".join(text.split())[:200]


def _json(answer: httpx.Response, what: str) -> Any:
    if answer.is_error:
        raise Refusal(what, answer)
    return answer.json() if answer.content else {}
