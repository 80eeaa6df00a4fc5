"""`python -m tests.fuzz --inputs 100000 --seed 0 --jobs 2`: spoiled transmissions by the hundred thousand; exit code 1 on a finding."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.fuzz.judge import Judge, Tally

SLICE = 2_500
"""Inputs per conversation: each slice has offices, keys and texts of its own."""


def one_slice(seed: int, count: int) -> Tally:
    return Judge(seed).run(count)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    slices = [(options.seed + n, min(SLICE, options.inputs - n * SLICE)) for n in range(-(-options.inputs // SLICE))]
    started, total = time.monotonic(), Tally()
    with ProcessPoolExecutor(options.jobs) as pool:
        for tally in pool.map(one_slice, *zip(*slices, strict=True)):
            total.inputs += tally.inputs
            for name in ("rejected", "accepted", "spoils", "kinds"):
                getattr(total, name).update(getattr(tally, name))
    print(f"{total.inputs} inputs, seeds {slices[0][0]} to {slices[-1][0]}, {time.monotonic() - started:.0f} s: no finding")
    for name in ("kinds", "spoils", "rejected", "accepted"):
        counted: Counter[str] = getattr(total, name)
        print(f"  {name:<9}", ", ".join(f"{key} {count}" for key, count in counted.most_common()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
