"""Take one rule away at a time: the simulator must notice. `python -m tests.delivery.mutations --seeds 3000` prints the table.

A rule whose removal nothing notices is either not needed or not tested; both are worth knowing.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from functools import partial

from nodekit.delivery.core.rules import Rules
from tests.delivery.swarm.run import simulate
from tests.delivery.swarm.variant import Variant

BY_SCENE = {
    "void_resent": "tests/unit/delivery/test_voids.py: an event refused as void before a restore is not accepted after it",
    "vouch_again": "tests/unit/delivery/test_keys_in_traffic.py: what was numbered under a stolen key",
}
"""Rules that a scene shows and seeds do not."""


def variants() -> dict[str, Variant]:
    """One per missing rule."""
    found = {field.name: Variant(rules=Rules(**{field.name: False})) for field in fields(Rules) if field.name not in BY_SCENE}
    found["chain_check"] = Variant(rules=Rules(gap_check=False, chain_check=False))  # alone it is covered by the numbers
    return found | {
        "verify signatures": Variant(verify=False),
        "remember event ids": Variant(dedupe_event_ids=False),
        "send after commit": Variant(send_after_commit=False),
        "decide and act in one transaction": Variant(decide_with_effects=False),
    }


def first_failure(name: str, seeds: range) -> tuple[int | None, str]:
    """The first seed that notices, and what it saw."""
    variant = variants()[name]
    for seed in seeds:
        try:
            simulate(seed, variant)
        except Exception as error:
            return seed, f"{type(error).__name__}: {error}".split(", {", maxsplit=1)[0][:90]
    return None, ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3000, help="give up after so many")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    names = list(variants())
    unnoticed = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for name, (seed, saw) in zip(names, pool.map(partial(first_failure, seeds=range(options.seeds)), names), strict=True):
            unnoticed += seed is None
            print(f"| {name} | {'not found in ' + str(options.seeds) if seed is None else seed} | {saw} |", flush=True)
    for name, scene in BY_SCENE.items():
        print(f"| {name} | scene | {scene} |")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
