"""The shipped protocol under random faults; and, with one rule taken away, the proof that these checks would notice."""

from __future__ import annotations

import pytest

from tests.delivery.mutations import first_failure
from tests.delivery.swarm.run import simulate

SEEDS = 400
CHUNK = 40
SEEDS_TO_CATCH = 60

QUICKLY_FOUND = ("resend", "want", "number_when_open", "fetch_lost", "fresh_only", "countersign", "present_keys", "verify signatures", "decide and act in one transaction")
"""The others need more seeds than fit here: `python -m tests.delivery.mutations`."""


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_event_is_decided_once_whatever_breaks(first):
    for seed in range(first, first + CHUNK):
        simulate(seed)


@pytest.mark.parametrize("rule", QUICKLY_FOUND)
def test_a_missing_rule_is_noticed(rule):
    seed, _ = first_failure(rule, range(SEEDS_TO_CATCH))
    assert seed is not None, f"{SEEDS_TO_CATCH} seeds without the rule “{rule}” went unnoticed"
