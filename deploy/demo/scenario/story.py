"""The scenario as a resumable story: stages of steps, each done once and remembered.

A stage is a module `deploy/demo/scenario/<nn>_<capability>.py` with TITLE and `async def play(fed: Federation)`. It names its
steps: `await fed.step("市级发布清单", publish, ago=84)` where `async def publish(fed)` acts through `fed.officer(...)` and leaves
what later steps need with `fed.remember(name, value)`. A finished step is recorded and skipped next time; a step that was cut
off runs again with the same idempotency keys, so it may simply be repeated.

The story is told in the order of its days, the chapters woven into each other; see deploy/demo/clock.py.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any

import httpx

from deploy.demo import scenario
from deploy.demo.canary import Secret
from deploy.demo.clock import DemoClock, stop_for
from deploy.demo.problems import StepFailed
from deploy.demo.roster import PASSWORD, Roster
from deploy.demo.scenario.client import ARRIVES_WITHIN_S, Client, Keys, NeverHappened, Refusal, wait_for
from deploy.demo.state import write_json

if TYPE_CHECKING:
    from datetime import date

    from deploy.demo.plan import Plan
    from deploy.demo.screen import Phase, Screen
    from deploy.demo.state import StateFolder

STAGE_NAME = re.compile(r"\d\d_[a-z_]+")
Step = Callable[["Federation"], Awaitable[None]]


@dataclass(frozen=True)
class Stage:
    """One chapter of the story."""

    key: str
    title: str
    module: ModuleType

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """SECRETS of the module: texts it sends sealed. demo-check looks for them where they must not be."""
        return tuple(getattr(self.module, "SECRETS", ()))


def stages() -> list[Stage]:
    """All chapters in the order of their numbers."""
    names = sorted(info.name for info in pkgutil.iter_modules(scenario.__path__) if STAGE_NAME.fullmatch(info.name))
    modules = {name: importlib.import_module(f"{scenario.__name__}.{name}") for name in names}
    return [Stage(name, module.TITLE, module) for name, module in modules.items()]


@dataclass(frozen=True)
class Planned:
    """One step of the whole story. `ago`: the stop of the clock at which it is taken."""

    stage: Stage
    title: str
    work: Step
    ago: int

    @property
    def key(self) -> str:
        """Under which it is remembered."""
        return f"{self.stage.key}/{self.work.__name__}"


class Script:
    """Reads a chapter: what it would do, and when. It stands in for the federation while `play` only names its steps."""

    def __init__(self, plan: Plan, stage: Stage) -> None:
        self.plan, self.planned = plan, list[Planned]()
        self._stage = stage

    async def step(self, title: str, work: Step, *, ago: int | None = None) -> None:
        """Note one step; without `ago` it is taken on the day of the step before it.

        Raises:
            ValueError: it would be taken before the step that the chapter names before it.
        """
        before = self.planned[-1].ago if self.planned else None
        stop = stop_for(ago) if ago is not None else before or 0
        if before is not None and stop > before:
            raise ValueError(f"{self._stage.key}: “{title}” is told after a step of a later day")
        self.planned.append(Planned(self._stage, title, work, stop))


async def whole_story(plan: Plan) -> list[Planned]:
    """Every step of every chapter, oldest day first; on one day in the order of the chapters."""
    scripts = []
    for stage in stages():
        script = Script(plan, stage)
        await stage.module.play(script)
        scripts += script.planned
    return sorted(scripts, key=lambda planned: -planned.ago)


class Federation:
    """The nodes as the story sees them: officers to act as, things to remember, steps to take, what day it is."""

    def __init__(self, plan: Plan, state: StateFolder, screen: Screen, clock: DemoClock, rest: Callable[[], Awaitable[Any]] | None = None) -> None:
        self.plan, self.clock, self._screen, self._rest = plan, clock, screen, rest
        self._file = plan.home / "scenario.json"
        self._record = state.read_json(self._file) if self._file.exists() else {"done": [], "facts": {}}
        self._roster = Roster.load()
        self._clients: dict[tuple[str, str], Client] = {}
        self._stage, self._keys = "", Keys("")
        self._phase: Phase | None = None

    async def play(self) -> None:
        """Play every stage from where the story stopped.

        Raises:
            StepFailed: the step and why; the next start continues with it.
        """
        story = [planned for planned in await whole_story(self.plan) if planned.key not in self._record["done"]]
        try:
            with self._screen.phase("演示十二周的联动") as self._phase:
                self._phase.total(len(story))
                for planned in story:
                    await self._move_to(planned)
                    self._stage = planned.stage.key
                    await self.step(planned.title, planned.work)
            for stage in stages():
                self._screen.say(stage.title, "✓")
        finally:
            self._phase = None
            for client in self._clients.values():
                await client.close()
            self._clients.clear()

    @property
    def today(self) -> date:
        """The day at the nodes."""
        return self.clock.today()

    def day(self, ago: int) -> date:
        """The day that will be `ago` days past when the story ends."""
        return self.today + timedelta(days=self.clock.behind - ago)

    async def _move_to(self, planned: Planned) -> None:
        """Let the day end in peace before the next one begins: what was sent on it arrives on it."""
        if planned.ago >= self.clock.behind:
            return
        if self._rest:
            await self._rest()
        self.clock.move_to(planned.ago)

    async def step(self, title: str, work: Step) -> None:
        """Take one step unless it was taken before. Its name within the stage is `work`'s name."""
        key = f"{self._stage}/{work.__name__}"
        if key in self._record["done"]:
            return
        if self._phase:
            self._phase.now(f"{self.today} {title}")
        self._keys = Keys(key)
        try:
            await work(self)
        except (Refusal, NeverHappened, httpx.TransportError) as failure:
            raise StepFailed(title, str(failure) or type(failure).__name__) from failure
        self._record["done"].append(key)
        write_json(self._file, self._record)
        if self._phase:
            self._phase.done(f"{self.today} {title}")

    def officer(self, office: str, post: str) -> Client:
        """The demo officer of an office who holds `post`; signs in with the first request."""
        account = self._roster.holder(self.plan.member(office).office, post)
        return self.account(office, account.username)

    def first_officer(self, office: str) -> Client:
        """Whoever heads the office's demo accounts."""
        return self.account(office, self._roster.accounts(self.plan.member(office).office)[0].username)

    def account(self, office: str, username: str) -> Client:
        """The demo account `username` of an office."""
        key = (office, username)
        if key not in self._clients:
            member = self.plan.member(office)
            self._clients[key] = Client(office, member.url, username, PASSWORD, lambda: self._keys)
        return self._clients[key]

    def remember(self, name: str, value: Any) -> None:
        """Keep something (JSON) for later steps and later starts."""
        self._record["facts"][name] = value
        write_json(self._file, self._record)

    def recall(self, name: str) -> Any:
        """What an earlier step remembered; KeyError when it did not."""
        return self._record["facts"][name]

    async def wait_for(self, look: Callable[[], Awaitable[Any]], what: str, *, within_s: float = ARRIVES_WITHIN_S) -> Any:
        """Look until it is there; see client.wait_for."""
        return await wait_for(look, what, within_s=within_s)
