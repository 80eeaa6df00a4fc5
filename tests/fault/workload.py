"""Officers who say things to other offices, one after the other per case, and write down what they were told."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from http import HTTPStatus

import httpx

from nodekit.testing import OfficerClient
from tests.fault.history import ERROR, OK, UNKNOWN, Act, History, text_hash
from tests.fault.office import Office

PAUSE_S = (0.02, 0.4)
AFTER_TROUBLE_S = 0.3
TEXT_CHARS = (20, 200, 1500, 6000)
REFUSABLE, NEWER = 0.08, 0.15
CASE_ENDS = 0.05


class Caller:
    """One officer of `office` with one addressee. A case is given up when an answer failed to come: what follows must follow for certain."""

    def __init__(self, office: Office, dst: str, history: History, rng: random.Random) -> None:
        self._office, self._dst, self._history, self._rng = office, dst, history, rng
        self._client: OfficerClient | None = None
        self._case, self._n = uuid.uuid4(), 0

    async def work(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self._say_one()
                await asyncio.sleep(self._rng.uniform(*PAUSE_S))
        finally:
            await self._drop()

    async def _say_one(self) -> None:
        try:
            self._client = self._client or await self._office.sign_in()
        except (httpx.HTTPError, ValueError, KeyError):
            await asyncio.sleep(AFTER_TROUBLE_S)
            return
        if self._rng.random() < CASE_ENDS:
            self._new_case()
        self._n += 1
        mark = str(uuid.uuid4())
        text = f"{mark} " + "事项" * (self._rng.choice(TEXT_CHARS) // 2)
        refusable = self._rng.random() < REFUSABLE
        said = {
            "to": self._dst, "case_id": str(self._case), "mark": mark, "n": self._n, "text": text, "refusable": refusable, "newer": self._rng.random() < NEWER,
        }
        begun = time.time()
        told, event_id, answer = UNKNOWN, "", ""
        try:
            told, event_id, answer = await self._ask(said)
        except asyncio.CancelledError:
            answer = "the caller left"
            raise
        except (httpx.HTTPError, ValueError, KeyError) as error:
            answer = f"{type(error).__name__} {error}"
        finally:
            self._history.act(
                Act(mark, self._office.id, self._dst, str(self._case), self._n, text_hash(text), refusable, begun, time.time(), told, event_id, answer)
            )
        if told != OK:
            self._new_case()
            await self._drop()

    async def _ask(self, said: dict[str, object]) -> tuple[str, str, str]:
        assert self._client
        answer = await self._client.post("/api/fault/say", said)
        if answer.status_code == HTTPStatus.OK:
            return OK, answer.json()["event_id"], ""
        return ERROR if answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR else UNKNOWN, "", f"{answer.status_code} {answer.text[:200]}"

    def _new_case(self) -> None:
        self._case, self._n = uuid.uuid4(), 0

    async def _drop(self) -> None:
        if self._client:
            client, self._client = self._client, None
            with contextlib.suppress(httpx.HTTPError, RuntimeError):
                await client.http.aclose()


class Workload:
    """Everybody talks to everybody."""

    def __init__(self, offices: dict[str, Office], history: History, rng: random.Random) -> None:
        self._callers = [Caller(office, dst, history, random.Random(rng.random())) for office in offices.values() for dst in offices if dst != office.id]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(caller.work()) for caller in self._callers]

    async def stop(self) -> None:
        """Nobody asks any more; what was under way is known as far as it ever will be."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
