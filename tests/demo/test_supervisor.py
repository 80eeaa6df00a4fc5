"""Real processes: what dies comes back, and nothing outlives the supervisor."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from deploy.demo.problems import StartFailed
from deploy.demo.process import Program
from deploy.demo.scenario.client import wait_for
from deploy.demo.supervisor import Supervisor, Unit

BEAT = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text('up'); time.sleep(600)"


def unit(folder: Path, name: str, code: str = BEAT, wave: int = 0) -> Unit:
    beat = folder / f"{name}.beat"

    async def start() -> Program:
        beat.unlink(missing_ok=True)
        return await Program.start([sys.executable, "-c", code, beat], log=folder / f"{name}.log")

    async def is_ready() -> bool:
        return beat.exists()

    return Unit(name, name, start, is_ready, folder / f"{name}.log", wave, ready_within_s=20)


async def test_a_killed_process_comes_back(tmp_path):
    supervisor = Supervisor([unit(tmp_path, "a"), unit(tmp_path, "b")])
    await supervisor.start()
    try:
        before, neighbour = supervisor.watches["a"].pid, supervisor.watches["b"].pid
        assert supervisor.kill("a")

        async def replaced() -> bool:
            return supervisor.watches["a"].ready.is_set() and supervisor.watches["a"].pid not in {before, None}

        await wait_for(replaced, "the restart", within_s=20)
        assert supervisor.watches["a"].restarts == 1
        assert supervisor.watches["b"].pid == neighbour
    finally:
        await supervisor.stop()


async def test_stop_leaves_nothing_running(tmp_path):
    supervisor = Supervisor([unit(tmp_path, "first"), unit(tmp_path, "second", wave=1)])
    await supervisor.start()
    pids = [watch.pid for watch in supervisor.watches.values()]
    await supervisor.stop()
    assert not [pid for pid in pids if pid and psutil.pid_exists(pid)]


async def test_a_process_deaf_to_its_signal_is_killed(tmp_path):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + BEAT
    made = unit(tmp_path, "deaf", deaf)
    supervisor = Supervisor([Unit(**{**vars(made), "stop_within_s": 0.2})])
    await supervisor.start()
    pid = supervisor.watches["deaf"].pid
    await supervisor.stop()
    assert pid
    assert not psutil.pid_exists(pid)


async def test_what_does_not_come_up_is_named_with_its_last_words(tmp_path):
    supervisor = Supervisor([unit(tmp_path, "broken", "raise SystemExit('端口已被占用')")])
    with pytest.raises(ExceptionGroup) as failure:
        await supervisor.start()
    await supervisor.stop()
    assert failure.group_contains(StartFailed, match="broken 未能启动:端口已被占用")


async def test_children_die_with_a_supervisor_that_was_killed(tmp_path):
    script = textwrap.dedent(f"""
        import asyncio, sys
        from pathlib import Path
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from tests.demo.test_supervisor import Supervisor, unit
        async def main():
            supervisor = Supervisor([unit(Path({str(tmp_path)!r}), "a")])
            await supervisor.start()
            print(supervisor.watches["a"].pid, flush=True)
            await asyncio.Event().wait()
        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        child = int(await asyncio.to_thread(process.stdout.readline))
        assert psutil.pid_exists(child)
        os.kill(process.pid, signal.SIGKILL)

    async def gone() -> bool:
        return not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE

    await wait_for(gone, "the end of the child", within_s=10)
