"""The commands behind `python -m deploy.demo`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from deploy.demo.chaos import Chaos
from deploy.demo.check import compare_all
from deploy.demo.compare import Report
from deploy.demo.federation import DemoFederation, clock_for
from deploy.demo.plan import Plan
from deploy.demo.postgres import Postgres, outside_folder
from deploy.demo.problems import AlreadyRunning, DemoProblem
from deploy.demo.quiet import wait_quiet
from deploy.demo.roster import Roster
from deploy.demo.scenario.first_looks import FIRST_LOOKS
from deploy.demo.scenario.story import Federation
from deploy.demo.screen import Screen
from deploy.demo.state import StateFolder
from shared_schemas.offices import OfficeKind

PORT_MIN, PORT_MAX = 1024, 65000
"""The federation uses up to 500 ports from the base port on."""
DAY_ENDS_WITHIN_S, DAY_ENDS_LOOKS = 20.0, 2
"""How long the story waits for peace before the next day, and how sure it wants to be. Later arrivals are late, not lost."""
STOPPED = 130
"""Ended by a signal: how `up` is meant to end, but no verdict of `check`."""


def up(options: Namespace, screen: Screen) -> int:
    """Start, play what is left of the scenario, print addresses, stay until told to stop."""

    async def work(federation: DemoFederation, stopped: asyncio.Event) -> int:
        began = time.monotonic()
        await federation.start()
        screen.say(f"{len(federation.plan.members)} 个单位的节点已就绪,用时 {time.monotonic() - began:.0f} 秒", "✓")
        with _saying(screen):
            await _story(federation.plan, federation.state, federation.postgres, screen).play()
        _print_addresses(federation.plan, screen)
        await stopped.wait()
        return STOPPED

    code = _with_federation(options, screen, work)
    return 0 if code == STOPPED else code


def play(options: Namespace, screen: Screen) -> int:
    """Play the scenario against a demo that is already running."""
    state = StateFolder(options.state)
    plan = Plan.of(options.state, state.running_port or options.port)
    asyncio.run(_story(plan, state, Postgres(plan, state), screen).play())
    return 0


def check(options: Namespace, screen: Screen) -> int:
    """Start, play, wait until quiet, compare all databases, stop. The exit code tells."""

    async def work(federation: DemoFederation, _stopped: asyncio.Event) -> int:
        await federation.start()
        story = _story(federation.plan, federation.state, federation.postgres, screen)
        if options.kill is None:
            await story.play()
        else:
            async with Chaos(federation.supervisor, options.kill, screen):
                await story.play()
        return _verdict(await compare_all(federation.plan, federation.postgres, screen), screen)

    try:
        return _with_federation(options, screen, work)
    except AlreadyRunning:
        if options.kill is not None:
            raise
        return _check_running(options, screen)


def reset(options: Namespace, screen: Screen) -> int:
    """Delete the state of a demo that is not running."""
    state = StateFolder(options.state)
    state.check_ours()
    if state.home.exists():
        state.lock()
        state.delete(outside_folder(state.home))
        state.close()
    screen.say(f"已清空 {state.home}", "✓")
    return 0


COMMANDS: dict[str, Callable[[Namespace, Screen], int]] = {"up": up, "play": play, "check": check, "reset": reset}


def _check_running(options: Namespace, screen: Screen) -> int:
    """Compare the databases of a demo that runs in another window, which goes on running."""
    state = StateFolder(options.state)
    plan = Plan.of(options.state, state.running_port or options.port)
    screen.say("该演示正在运行,直接核对其现有数据")
    return _verdict(asyncio.run(compare_all(plan, Postgres(plan, state), screen)), screen)


def _verdict(report: Report, screen: Screen) -> int:
    screen.report(report)
    if report.is_empty:
        screen.problem("各单位之间没有任何往来,无从核对;请先 make demo 完成演示 / nothing was exchanged, so nothing was proven: run make demo first")
    return 0 if report.is_clean and not report.is_empty else 1


def _story(plan: Plan, state: StateFolder, postgres: Postgres, screen: Screen) -> Federation:
    """The scenario on the federation's clock; between two days it waits until nothing is under way."""
    rest = partial(wait_quiet, plan, postgres, within_s=DAY_ENDS_WITHIN_S, looks=DAY_ENDS_LOOKS)
    return Federation(plan, state, screen, clock_for(state), rest)


def _plan(options: Namespace) -> Plan:
    if not PORT_MIN <= options.port <= PORT_MAX:
        raise DemoProblem(f"PORT 应在 {PORT_MIN} 至 {PORT_MAX} 之间", f"PORT must be between {PORT_MIN} and {PORT_MAX}")
    return Plan.of(options.state, options.port)


def _with_federation(
    options: Namespace, screen: Screen, work: Callable[[DemoFederation, asyncio.Event], Awaitable[int]]
) -> int:
    """Run `work` with a prepared federation; whatever happens, nothing is left running afterwards."""
    plan, state = _plan(options), StateFolder(options.state)
    state.open()
    try:
        return asyncio.run(_run(plan, state, screen, work))
    finally:
        state.close()


async def _run(
    plan: Plan, state: StateFolder, screen: Screen, work: Callable[[DemoFederation, asyncio.Event], Awaitable[int]]
) -> int:
    federation, stopped = DemoFederation(plan, state, screen), asyncio.Event()
    task: asyncio.Task[int] = asyncio.ensure_future(_unpacked(federation, stopped, work))
    stopping = asyncio.create_task(stopped.wait())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        screen.say("正在停止…")
        task.cancel()
        await asyncio.wait({task})
        return STOPPED
    finally:
        stopping.cancel()
        await federation.stop()
        screen.say("已全部停止", "✓")


async def _unpacked(
    federation: DemoFederation, stopped: asyncio.Event, work: Callable[[DemoFederation, asyncio.Event], Awaitable[int]]
) -> int:
    """Problems raised inside task groups come out as themselves."""
    try:
        federation.prepare()
        return await work(federation, stopped)
    except* DemoProblem as group:
        problem: BaseException = group
        while isinstance(problem, BaseExceptionGroup):
            problem = problem.exceptions[0]
        raise problem from None


@contextlib.contextmanager
def _saying(screen: Screen) -> Iterator[None]:
    """A scenario step that fails does not take the running nodes away."""
    try:
        yield
    except DemoProblem as problem:
        screen.problem(str(problem))


def _print_addresses(plan: Plan, screen: Screen) -> None:
    roster = Roster.load()
    logins = {member.id: roster.accounts(member.office)[0].username for member in plan.members}
    kinds = {OfficeKind.of(member.id).label: member.office for member in plan.members}
    legend = [(kind, "  ".join(f"{account.username} {account.name}" for account in roster.accounts(office))) for kind, office in kinds.items()]
    screen.addresses(plan, logins, legend, FIRST_LOOKS)
