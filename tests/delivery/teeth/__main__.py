"""All mutations, side by side: `python -m tests.delivery.teeth --jobs 2 --seeds 300 [--only NAME,NAME] [--swarm-only]`. Exit code 1 if one survives."""

from __future__ import annotations

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.delivery.teeth.loader import ROOT
from tests.delivery.teeth.mutations import MUTATIONS


def bite(name: str, seeds: int, *, swarm_only: bool = False) -> tuple[bool, str]:
    """(noticed, by whom), from a process of its own."""
    command = [sys.executable, "-m", "tests.delivery.teeth.bite", name, "--seeds", f"0:{seeds}", *(["--swarm-only"] if swarm_only else [])]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = ended.stdout.strip().splitlines() or ended.stderr.strip().splitlines() or ["no word"]
    return ended.returncode == 0, said[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300, help="give up after so many")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--swarm-only", action="store_true")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(MUTATIONS)
    survived = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for name, (noticed, by) in zip(names, pool.map(lambda name: bite(name, options.seeds, swarm_only=options.swarm_only), names), strict=True):
            survived += not noticed
            print(f"| {name} | {MUTATIONS[name].rule} | {by if noticed else '**survived**'} |", flush=True)
    print(f"{len(names)} mutations, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
