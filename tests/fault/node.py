"""Node processes, forked from a server that has the imports done: dying every few seconds must not mean importing every few seconds."""

from __future__ import annotations

import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path

from deploy.demo.node_process import NodeProcess
from deploy.demo.process import die_with_parent, open_log


@dataclass(frozen=True)
class NodeStart:
    """How one process of a node begins. `crash` is what LIANDONG_CRASH says; `older` runs the release before."""

    service: str
    settings_file: str
    clock_file: str
    log: str
    crash: str = ""
    older: bool = False


class Nursery:
    """Starts nodes."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.fault.preload"])

    def warm_up(self) -> None:
        forkserver.ensure_running()

    def start(self, begin: NodeStart) -> NodeProcess:
        process = self._context.Process(target=_run, args=(begin,))
        process.start()
        return NodeProcess(process)


def _run(begin: NodeStart) -> None:
    """In the child: be a node until told to stop, as `nodekit run` is."""
    from nodekit.cli import run_node
    from tests.fault.clock import clock_of

    os.setsid()
    die_with_parent(signal.SIGTERM)
    descriptor = open_log(Path(begin.log))
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.environ["LIANDONG_CRASH"] = begin.crash
    os.environ["FAULT_OLDER_RELEASE"] = "yes" if begin.older else ""
    run_node(begin.service, Path(begin.settings_file), clock_of(begin.clock_file))
