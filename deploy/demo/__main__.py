"""`python -m deploy.demo up|check|reset|play`. Thin: forked nodes import this module again, so nothing heavy at the top."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a problem is one sentence and exit code 1."""
    from deploy.demo.commands import COMMANDS
    from deploy.demo.plan import DEFAULT_PORT
    from deploy.demo.problems import DemoProblem
    from deploy.demo.screen import Screen

    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description="The demo federation on this machine.")
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="base port; the federation uses the 500 ports from there")
    parser.add_argument("--state", type=Path, default=Path("state/demo"), help="state folder")
    parser.add_argument("--kill", type=int, metavar="SEED", help="check: kill processes at random while the scenario plays")
    options = parser.parse_args(arguments)
    screen = Screen()
    try:
        return COMMANDS[options.command](options, screen)
    except DemoProblem as problem:
        screen.problem(str(problem))
        return 1
    except PermissionError as error:
        screen.problem(f"没有权限读写 {error.filename}(可能由其他用户建立);请换用户,或另选 make demo STATE=state/other / no permission: {error.filename}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
