"""Every named place, in real processes: the node is made to die there by LIANDONG_CRASH, must end with its exit code, and everything must agree."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import Iterable

from nodekit.delivery import crash
from tests.fault.chaos import Chaos, Result
from tests.fault.ground import COUNTY, DESK, PROVINCE, Ground
from tests.fault.history import History
from tests.fault.office import Office
from tests.fault.workload import Workload

DIES_WITHIN_S = 90.0
STIR_EVERY_S, FORGETS_EVERY_S = 0.5, 8.0
PARENTLESS = {PROVINCE}
LINK = (crash.BEFORE_LINK_PUBLISH, crash.AFTER_LINK_PUBLISH, crash.AFTER_LINK_ACK)
IN_PROCESSES = tuple(sorted(crash.PLACES - set(crash.BY_COMMAND)))
"""Those a serving node comes by; commands have a test of their own."""
RARELY = (*crash.ASKING_FOR_THE_PAST, *crash.GIVING_THE_PAST_BACK)


class Points(Chaos):
    """One death per place and office, under the workload; then rest and comparison."""

    def __init__(self, ground: Ground, seed: int, history: History) -> None:
        super().__init__(ground, seed, history)
        self.died: dict[str, int] = {}

    async def visit(self, places: Iterable[str], times: int) -> Result:
        """Every place `times` times at every office that has it."""
        began = time.monotonic()
        await self._start_rogues()
        rng = random.Random(self.result.seed)
        workload = Workload(dict(self._ground.offices), self._history, rng)
        workload.start()
        try:
            for place in places:
                for office_id in (PROVINCE, COUNTY, DESK):
                    if place in LINK and office_id in PARENTLESS:
                        continue
                    for _ in range(times):
                        await self._die(place, self._ground.offices[office_id])
        finally:
            await workload.stop()
            for rogue in self._rogues.values():
                await rogue.stop()
        await self._settle()
        self.result.seconds = time.monotonic() - began
        return self.result

    async def _die(self, place: str, office: Office) -> None:
        """Start it so that it dies there, bring about what makes it come by, and see that it did."""
        began = time.time()
        if place in RARELY:
            await self._lose_the_past(office if place in crash.ASKING_FOR_THE_PAST else self._other(office), office, place)
        else:
            office.crash = place
            await office.node.hold()
            office.node.release()
        if not await self._died(place, office):
            self.result.violations.append(f"nothing came by {place} at {office.id}")
            office.crash = ""
            await office.node.hold()
            office.node.release()
        await office.node.ready(DIES_WITHIN_S * 2)
        self.died[place] = self.died.get(place, 0) + 1
        self._history.fault(kind="D", name=place, office=office.id, began=round(began, 3), seconds=round(time.time() - began, 2))

    async def _died(self, place: str, office: Office) -> bool:
        deadline = time.monotonic() + DIES_WITHIN_S
        while time.monotonic() < deadline:
            if office.node.last_exit == crash.CRASH_EXIT_CODE:
                return True
            if place == crash.AFTER_EVIDENCE:
                await self._rogues[office.id].garbage(3)
            if place == crash.BEFORE_RESEND:
                await self._forget_what_is_under_way(office)
            await asyncio.sleep(STIR_EVERY_S)
        return False

    async def _forget_what_is_under_way(self, office: Office) -> None:
        """So that something has to be said again."""
        await office.bus.hold()
        shutil.rmtree(office.servers.nats / "js", ignore_errors=True)
        office.bus.release()
        await office.bus.ready(DIES_WITHIN_S)
        await asyncio.sleep(FORGETS_EVERY_S)

    async def _lose_the_past(self, restored: Office, victim: Office, place: str) -> None:
        """`restored` goes back to its last backup, so that it asks its peers and they answer."""
        await restored.back_up()
        await asyncio.sleep(3)  # work that the backup does not hold
        await restored.node.hold()
        await restored.database.hold()
        await restored.restore(1)
        victim.crash = place
        if victim is not restored:
            await victim.node.hold()
            victim.node.release()
        restored.database.release()
        restored.node.release()

    def _other(self, office: Office) -> Office:
        return self._ground.offices[COUNTY if office.id != COUNTY else DESK]
