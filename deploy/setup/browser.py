"""A Chromium and a Chinese font for the browser tests: the machine's own, else from apt where that is allowed.

`python deploy/setup/browser.py` exits 0 when a browser is there; `--optional` only says what is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = (
    "浏览器测试需要 Chromium 与中文字体:请由管理员执行 apt-get install chromium fonts-noto-cjk,或设置 LIANDONG_CHROMIUM"
    " / the browser tests need Chromium and a Chinese font: apt-get install chromium fonts-noto-cjk, or set LIANDONG_CHROMIUM"
)


def find_chromium() -> Path | None:
    """The browser to drive: LIANDONG_CHROMIUM, else the first known name on PATH."""
    chosen = os.environ.get("LIANDONG_CHROMIUM")
    found = chosen if chosen and Path(chosen).exists() else next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def install() -> None:
    """Install through apt as root or through a sudo that asks nothing; does nothing where neither is possible."""
    apt = shutil.which("apt-get")
    if apt is None:
        return
    prefix: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
            return
        prefix = ["sudo", "-n"]
    print("  · 安装 Chromium 与中文字体 / installing Chromium and a Chinese font …", flush=True)
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq", "-o", "Dpkg::Use-Pty=0"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run([*environment, *step], stdout=subprocess.DEVNULL, check=False)


def main(arguments: list[str]) -> int:
    """Exit code 0 when there is a browser, or when none is needed."""
    if find_chromium() is None:
        install()
    if find_chromium() is None:
        print(f"\n  ✗ {ADVICE}\n", file=sys.stderr)
        return 0 if "--optional" in arguments else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
