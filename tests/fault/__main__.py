"""Three offices as real processes under random faults: `make fault MINUTES=5 SEED=7`.

Exit code 1 when anything is lost, doubled, invented, altered, out of order, undecided or unproven. History, logs, figures and, after a
violation, dumps are in build/fault/<seed>/.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from pathlib import Path

from nodekit.telemetry import configure_logging
from tests.fault import report
from tests.fault.chaos import Chaos, Result, keep_dumps
from tests.fault.ground import Ground
from tests.fault.history import History
from tests.fault.points import IN_PROCESSES, Points

FAULTS_PER_ROUND = 10


async def work(options: argparse.Namespace) -> int:
    folder = Path(options.out) / str(options.seed)
    async with Ground(folder) as ground:
        history = History(folder)
        chaos = Points(ground, options.seed, history) if options.points else Chaos(ground, options.seed, history)
        result: Result = chaos.result
        try:
            if isinstance(chaos, Points):
                await chaos.visit(options.points.split(",") if options.points != "all" else IN_PROCESSES, options.times)
            else:
                await chaos.run(options.minutes * 60 or options.seconds, options.faults_per_round, options.rounds)
        finally:
            history.close()
            found = report.figures(result, history)
            report.write(found, folder / "figures.json")
            print(report.table(found), flush=True)
            if options.dump or result.violations:
                await keep_dumps(ground, folder / "dumps")
    return 1 if result.violations else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fault", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--faults-per-round", type=int, default=FAULTS_PER_ROUND)
    parser.add_argument("--rounds", type=int, default=10**6, help="end after so many, however long they take")
    parser.add_argument("--points", default="", metavar="NAMES", help="instead of random faults: die at these named places (all, or names with commas)")
    parser.add_argument("--times", type=int, default=1, help="with --points: how often at each office")
    parser.add_argument("--out", default="build/fault")
    parser.add_argument("--dump", action="store_true", help="keep dumps of the databases in any case")
    options = parser.parse_args()
    configure_logging("fault")
    print(f"seed {options.seed}", flush=True)
    return asyncio.run(work(options))


if __name__ == "__main__":
    sys.exit(main())
