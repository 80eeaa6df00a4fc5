"""`python -m tests.browser.pictures`: photograph every page of a demo, running or started for it. Exit code 1 when a page complains."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from deploy.demo.plan import DEFAULT_PORT, Plan
from deploy.demo.roster import PASSWORD, Roster
from deploy.demo.state import StateFolder
from deploy.setup.browser import ADVICE, find_chromium
from tests.browser.conftest import FLAGS
from tests.browser.pictures.album import write_album
from tests.browser.pictures.camera import Picture
from tests.browser.pictures.walk import Walk


def main() -> int:
    """Photograph, write the album, say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures")
    parser.add_argument("--state", type=Path, default=Path("state/demo"))
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--offices", nargs="*", default=[], help="ids; default: all")
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    with running_demo(options.state, options.port) as plan:
        pictures = photograph(plan, options.out, options.offices)
    wrong = [picture for picture in pictures if picture.complaints]
    print(f"  ✓ {len(pictures)} 页,{len(wrong)} 页有问题:{write_album(options.out, pictures)}")
    for picture in wrong:
        print(f"  ✗ {picture.office} {picture.role} {picture.url}: {'; '.join(picture.complaints)}")
    return 1 if wrong else 0


@contextmanager
def running_demo(home: Path, port: int) -> Iterator[Plan]:
    """The demo that runs in `home`, else one started for this and stopped afterwards."""
    running = StateFolder(home).running_port
    if running is not None:
        yield Plan.of(home, running)
        return
    command = [sys.executable, "-m", "deploy.demo", "up", "--port", str(port), "--state", str(home)]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert demo.stdout is not None
        if not any(PASSWORD in line for line in demo.stdout):
            raise SystemExit("  ✗ 演示未能启动 / the demo did not start")
        yield Plan.of(home, port)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate()


def photograph(plan: Plan, out: Path, offices: list[str]) -> list[Picture]:
    """All pictures of all offices, or of those named."""
    path = find_chromium()
    if path is None:
        raise SystemExit(f"  ✗ {ADVICE}")
    roster, pictures = Roster.load(), []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for member in plan.members:
            if not offices or member.id in offices:
                taken = list(Walk(browser, member, out).run(roster.accounts(member.office)))
                print(f"  · {member.office.name}:{len(taken)} 页", flush=True)
                pictures += taken
        browser.close()
    return pictures


if __name__ == "__main__":
    sys.exit(main())
