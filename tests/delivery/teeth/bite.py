"""One mutation until something notices: `python -m tests.delivery.teeth.bite NAME --seeds 0:300`. Prints who noticed what; exit code 1 if nobody did."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import sys

from tests.delivery.teeth.loader import break_core
from tests.delivery.teeth.mutations import MUTATIONS

SCENES = ("tests/unit/delivery", "tests/delivery/test_store_contract.py")
ELSEWHERE = "not postgres and not Postgres and not core_is_pure and not crash_points"
"""What needs a database is slow, and the test of imports would notice the loader rather than the mutation."""
PROPERTIES = "(nonsense or changed_anywhere or mutated or fast_encoder)"
"""Thousands of generated examples: last."""


def swarm(first: int, last: int) -> str:
    """What the first seed that notices has seen; empty if none does."""
    run = importlib.import_module("tests.delivery.swarm.run")
    for seed in range(first, last):
        try:
            run.simulate(seed)
        except Exception as error:
            return f"seed {seed}: {type(error).__name__}: {error}".split(", {", maxsplit=1)[0][:110]
    return ""


def scenes(which: str) -> str:
    """The first test of the protocol or of the store contract in memory that fails; empty if none does."""
    import pytest

    seen: list[str] = []

    class Listener:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                seen.append(report.nodeid)

        def pytest_collectreport(self, report: pytest.CollectReport) -> None:
            if report.failed:
                seen.append(f"{report.nodeid} (not even importable)")

    quiet = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", f"{ELSEWHERE} and {which}", "--no-header", "--tb=no"]
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*SCENES, *quiet], plugins=[Listener()])
    return seen[0] if seen else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--seeds", default="0:300", help="first:last, last excluded")
    parser.add_argument("--swarm-only", action="store_true")
    options = parser.parse_args()
    first, last = map(int, options.seeds.split(":"))
    break_core(MUTATIONS[options.name])
    try:
        early = "" if options.swarm_only else scenes(f"not {PROPERTIES}")
        saw = early or swarm(first, last) or ("" if options.swarm_only else scenes(PROPERTIES))
    except Exception as error:  # the broken module does not even import
        saw = f"import: {type(error).__name__}"
    print(saw or "nobody noticed")
    return 0 if saw else 1


if __name__ == "__main__":
    sys.exit(main())
