"""Rounds of faults under a workload; after each: heal, wait for rest, compare all databases with what callers were told."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from tests.fault.faults.fault import Fault, Scene
from tests.fault.faults.kinds import WEIGHTS
from tests.fault.ground import COUNTY, SPY, Ground
from tests.fault.history import History
from tests.fault.part import NotReady
from tests.fault.reading import account_of, retry_quarantined, standing, work_left
from tests.fault.rogue import Rogue
from tests.fault.verdict import Verdict, judge
from tests.fault.workload import Workload

AT_ONCE = 3
PAUSE_S = (0.1, 1.5)
QUIET_SHARE_S = (2.0, 4.0)
"""Work without faults at the beginning of a round, so that sessions are open and something is on its way."""
HEAL_WITHIN_S = 300.0
REST_WITHIN_S = 300.0
REST_LOOKS, LOOK_EVERY_S = 3, 0.3
DRAWS_MAX = 50


@dataclass
class Result:
    """What a run has shown so far."""

    seed: int
    rounds: int = 0
    convergence_s: list[float] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    verdict: Verdict | None = None
    seconds: float = 0.0


class Chaos:
    """One run over a ground that stands."""

    def __init__(self, ground: Ground, seed: int, history: History, kinds: Mapping[type[Fault], float] = WEIGHTS) -> None:
        self._ground, self._history, self._kinds = ground, history, dict(kinds)
        self._rng = random.Random(seed)
        self.result = Result(seed)
        self._rogues: dict[str, Rogue] = {}
        self._claimed: set[str] = set()

    async def run(self, seconds: float, faults_per_round: int, rounds: int) -> Result:
        """Rounds until there were enough, the time is over or something is wrong."""
        began = time.monotonic()
        await self._start_rogues()
        try:
            while not self.result.violations and self.result.rounds < rounds and time.monotonic() - began < seconds:
                await self._round(began + seconds, faults_per_round)
                self.result.seconds = time.monotonic() - began
        finally:
            await asyncio.gather(*(rogue.stop() for rogue in self._rogues.values()))
        return self.result

    async def _start_rogues(self) -> None:
        for office in self._ground.offices.values():
            keyring = self._ground.keyring(COUNTY).keyring
            rogue = self._rogues[office.id] = Rogue(office.id, office.servers.endpoint.client_url, SPY, keyring, random.Random(self._rng.random()))
            await rogue.start()

    async def _round(self, until: float, faults: int) -> None:
        """Some faults, then rest, then the comparison."""
        workload = Workload(dict(self._ground.offices), self._history, self._rng)
        workload.start()
        try:
            await asyncio.sleep(self._rng.uniform(*QUIET_SHARE_S))
            await self._break_things(until, faults)
        finally:
            await workload.stop()
        await self._settle()

    async def _settle(self) -> None:
        """Heal everything, wait for rest, compare."""
        try:
            await self._ground.heal(HEAL_WITHIN_S)
            self.result.convergence_s.append(await self._rest())
        except NotReady as error:
            self.result.violations.append(f"not healed: {error}")
            return
        await self._compare()
        self.result.rounds += 1

    async def _break_things(self, until: float, faults: int) -> None:
        running: set[asyncio.Task[None]] = set()
        for _ in range(faults):
            if time.monotonic() > until:
                break
            fault = self._draw()
            if fault.alone or len(running) >= AT_ONCE:
                done, running = await asyncio.wait(running, return_when=asyncio.ALL_COMPLETED if fault.alone else asyncio.FIRST_COMPLETED) if running else (set(), set())
                _raise_first(done)
            self._claimed |= fault.claims
            task = asyncio.create_task(self._suffer(fault))
            running.add(task)
            if fault.alone:
                await task
                running.discard(task)
            await asyncio.sleep(self._rng.uniform(*PAUSE_S))
        if running:
            done, _ = await asyncio.wait(running)
            _raise_first(done)

    def _draw(self) -> Fault:
        """One that does not touch what another has in hand."""
        scene = Scene(self._ground, self._rogues)
        kinds, weights = list(self._kinds), list(self._kinds.values())
        for _ in range(DRAWS_MAX):
            office = self._rng.choice(list(self._ground.offices.values()))
            fault = self._rng.choices(kinds, weights)[0](scene, office, random.Random(self._rng.random()))
            if not self._claimed & fault.claims:
                return fault
        return fault

    async def _suffer(self, fault: Fault) -> None:
        began = time.time()
        try:
            await fault.inject()
            await asyncio.sleep(fault.rng.uniform(*fault.holds_s))
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:  # what it wanted to break was broken already
            fault.facts["met"] = f"{type(error).__name__} {error}"[:200]
        try:
            with contextlib.suppress(AttributeError):  # never injected: nothing to heal
                await fault.heal()
        except NotReady as error:
            self.result.violations.append(f"not healed of {fault.name}: {error}")
        self._claimed -= fault.claims
        if "violation" in fault.facts:
            self.result.violations.append(str(fault.facts["violation"]))
        self._history.fault(
            kind=fault.kind, name=fault.name, office=fault.office.id, began=round(began, 3), seconds=round(time.time() - began, 2), **fault.facts
        )

    async def _rest(self) -> float:
        """Wait until nothing is left to do anywhere. Returns seconds.

        Raises:
            NotReady: with how every channel stands.
        """
        began, calm = time.monotonic(), 0
        while calm < REST_LOOKS:
            if time.monotonic() - began > REST_WITHIN_S:
                lines = [line for office in self._ground.offices.values() for line in await standing(office)]
                raise NotReady("no rest after {:.0f} s\n{}".format(REST_WITHIN_S, "\n".join(lines)))
            try:
                for office in self._ground.offices.values():
                    await retry_quarantined(office)
                left = [await work_left(office) for office in self._ground.offices.values()]
            except (OSError, asyncpg.PostgresError):
                left = [1]
            calm = calm + 1 if not any(left) else 0
            await asyncio.sleep(LOOK_EVERY_S)
        return time.monotonic() - began

    async def _compare(self) -> None:
        accounts = {office.id: await account_of(office) for office in self._ground.offices.values()}
        verdict = await asyncio.to_thread(judge, accounts, list(self._history), self._ground.keyring().keyring)
        self.result.verdict = verdict
        self.result.violations += verdict.problems


def _raise_first(done: set[asyncio.Task[None]]) -> None:
    for task in done:
        task.result()


async def keep_dumps(ground: Ground, folder: Path) -> None:
    """What the databases say, for whoever looks into it."""
    for office in ground.offices.values():
        await office.cluster.dump(folder / f"{office.id}.sql")
