"""Node processes forked from one warm server: the heavy imports happen once, their memory is shared.

Fifteen nodes importing for themselves would take half a minute on two cores; forked they are there at once. Each is a
process of its own with its own log, and dies with the fork server, which dies with the supervisor.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from deploy.demo.plan import Member
from deploy.demo.process import die_with_parent, open_log


class NodeProcess:
    """One running node."""

    def __init__(self, process: BaseProcess) -> None:
        if process.pid is None:
            raise RuntimeError("the process has not been started")
        self.pid = process.pid
        self._process = process
        self._ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(process.sentinel, self._on_end, loop)

    async def wait(self) -> int:
        await self._ended.wait()
        return self._process.exitcode or 0

    def send_signal(self, number: signal.Signals) -> None:
        if not self._ended.is_set():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def _on_end(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._process.sentinel)
        self._process.join()
        self._ended.set()


class NodeFactory:
    """Starts nodes and short jobs. The fork server starts with the first one."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["deploy.demo.preload"])

    def warm_up(self) -> None:
        """Start the fork server now: it imports while databases and message servers start."""
        forkserver.ensure_running()

    async def start(self, member: Member, clock: Path) -> NodeProcess:
        """Start the node of one office under the demo's clock."""
        return self.fork(run_member, member.service, str(member.settings_file), str(clock), log=member.log_file)

    def fork(self, work: Callable[..., None], *arguments: Any, log: Path) -> NodeProcess:
        """Run `work(*arguments)` in a process of its own, its output appended to `log`."""
        process = self._context.Process(target=_detached, args=(str(log), work, *arguments))
        process.start()
        return NodeProcess(process)


def run_member(service: str, settings_file: str, clock_file: str) -> None:
    """In the child: be a node until told to stop."""
    from deploy.demo.clock import clock_of
    from nodekit.cli import run_node

    run_node(service, Path(settings_file), clock_of(clock_file))


def _detached(log: str, work: Callable[..., None], *arguments: Any) -> None:
    os.setsid()
    die_with_parent(signal.SIGTERM)
    descriptor = open_log(Path(log))
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    work(*arguments)
