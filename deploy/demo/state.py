"""The state folder: everything a demo federation leaves on disk, and the right to use it.

Whatever can be worked out again (settings, server configurations) is written at every start; what cannot (keys, passwords,
databases, streams) is kept. A folder without our marker is never written to and never deleted.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

from deploy.demo.problems import AlreadyRunning, BrokenState, ForeignFolder

FORMAT = 1
"""Raised when an older folder can no longer be continued."""
MARKER = "federation.json"
RUNNING = "running.json"
"""There while a federation runs, with its base port; still there at the next start, it tells that the last one was cut off."""


class StateFolder:
    """One state folder, locked for this process between `open` and `close`."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self._lock_fd: int | None = None

    def open(self) -> None:
        """Create or continue the folder and take its lock.

        Raises:
            ForeignFolder: it holds something else.
            BrokenState: it is ours but of another format, or unreadable.
            AlreadyRunning: another process has it.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        if not self._is_ours():
            if any(self.home.iterdir()):
                raise ForeignFolder(self.home)
            write_json(self.home / MARKER, {"format": FORMAT})
        self.lock()
        self._check_format()
        for name in ("logs", "nodes", "nats", "keys"):
            (self.home / name).mkdir(exist_ok=True)

    def lock(self) -> None:
        """One process at a time; the lock goes with the process, whatever ends it."""
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = os.read(descriptor, 20).decode()
            os.close(descriptor)
            raise AlreadyRunning(self.home, int(text) if text.isdigit() else None) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._lock_fd = descriptor

    def mark_running(self, base_port: int) -> None:
        write_json(self.home / RUNNING, {"base_port": base_port})

    def mark_stopped(self) -> None:
        (self.home / RUNNING).unlink(missing_ok=True)

    @property
    def running_port(self) -> int | None:
        """Base port of the federation that runs, or was cut off; None after a clean stop."""
        file = self.home / RUNNING
        return int(self.read_json(file)["base_port"]) if file.exists() else None

    def close(self) -> None:
        if self._lock_fd is not None:
            os.close(self._lock_fd)
            self._lock_fd = None

    def delete(self, *elsewhere: Path) -> None:
        """Remove the folder and what belongs to it elsewhere. Needs the lock, so a running demo is safe."""
        for folder in (*elsewhere, self.home):
            if folder.exists():
                shutil.rmtree(folder)

    def check_ours(self) -> None:
        """Refuse a folder that is not a demo's, before it is deleted."""
        if self.home.exists() and any(self.home.iterdir()) and not self._is_ours():
            raise ForeignFolder(self.home)

    def secret(self, name: str) -> str:
        """A random password, chosen once and kept in a file only the owner may read."""
        file = self.home / "secrets.json"
        known = self.read_json(file) if file.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(24)
            write_json(file, known)
        return str(known[name])

    def read_json(self, file: Path) -> dict[str, Any]:
        try:
            document = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):
            raise BrokenState(self.home, f"{file.name} 无法读取", f"{file.name} is unreadable") from None
        if not isinstance(document, dict):
            raise BrokenState(self.home, f"{file.name} 内容不对", f"{file.name} has the wrong content")
        return document

    def _is_ours(self) -> bool:
        return (self.home / MARKER).is_file()

    def _check_format(self) -> None:
        found = self.read_json(self.home / MARKER).get("format")
        if found != FORMAT:
            raise BrokenState(self.home, f"由其他版本建立(格式 {found})", f"made by another version, format {found}")


def write_json(file: Path, document: dict[str, Any]) -> None:
    """Replace a file as a whole, readable by its owner only: a crash leaves the old one or the new one."""
    write_private(file, json.dumps(document, ensure_ascii=False, indent=1))


def write_private(file: Path, text: str) -> None:
    """The same for any text, such as settings with a password."""
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
