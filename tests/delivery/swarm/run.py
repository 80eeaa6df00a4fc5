"""Seeds, processes, summary: `python -m tests.delivery.simulator --seeds 0:2000 --jobs 2` prints one line per failing seed and what was injected."""

from __future__ import annotations

import argparse
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.delivery.swarm.limits import small_limits
from tests.delivery.swarm.variant import Variant
from tests.delivery.swarm.world import World

PART = 50
"""Seeds one process takes at a time."""
SMALL_LIMITS_SHARE = 0.35


def simulate(seed: int, variant: Variant | None = None) -> Counter[str]:
    """Run one seed; returns what happened.

    Raises:
        Violation: an invariant failed (or the core stopped itself with StoreBroken).
    """
    with small_limits(random.Random(f"{seed}/limits").random() < SMALL_LIMITS_SHARE):
        world = World(seed, variant or Variant())
        world.run()
    return world.count


@dataclass
class Summary:
    """What a range of seeds came to."""

    total: Counter[str] = field(default_factory=Counter)
    settle_s: list[int] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Summary) -> None:
        self.total += other.total
        self.settle_s += other.settle_s
        self.failed += other.failed

    def lines(self) -> list[str]:
        """For a person."""
        seeds = len(self.settle_s) + len(self.failed)
        said = [f"{seeds} seeds, {len(self.failed)} violations; " + ", ".join(f"{name} {number}" for name, number in sorted(self.total.items()))]
        if self.settle_s:
            ranked = sorted(self.settle_s)
            said.append(f"virtual seconds to rest after the last fault: median {ranked[len(ranked) // 2]}, 95 % {ranked[len(ranked) * 95 // 100]}, most {ranked[-1]}")
        return said


def run_seeds(seeds: range) -> Summary:
    """Every seed of a range; a failing one does not end it."""
    summary = Summary()
    for seed in seeds:
        try:
            count = simulate(seed)
        except Exception as error:
            summary.failed.append((seed, f"{type(error).__name__}: {error}"))
            continue
        summary.settle_s.append(count.pop("settle_s"))
        summary.total += count
    return summary


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0:200", help="first:last, last excluded")
    parser.add_argument("--jobs", type=int, default=1, help="processes; 0: one per core")
    options = parser.parse_args()
    first, last = map(int, options.seeds.split(":"))
    parts = [range(start, min(start + PART, last)) for start in range(first, last, PART)]
    whole = Summary()
    with ProcessPoolExecutor(options.jobs or None) as pool:
        for summary in pool.map(run_seeds, parts):
            whole.add(summary)
            for seed, error in summary.failed:
                print(f"seed {seed}: {error}", flush=True)
    print("\n".join(whole.lines()))
    return 1 if whole.failed else 0
