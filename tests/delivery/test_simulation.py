"""The shipped protocol under random faults; and, with one rule taken away, the proof that these checks would notice."""

from __future__ import annotations

import pytest

from nodekit.delivery.core.rules import Rules
from tests.delivery.sim_node import Variant
from tests.delivery.simulator import simulate

SEEDS = 150
CHUNK = 25
SEEDS_TO_CATCH = 60

WITHOUT = {
    "resend": Variant(rules=Rules(resend=False)),
    "want": Variant(rules=Rules(want=False)),
    "gap check": Variant(rules=Rules(gap_check=False)),
    "gap and chain check": Variant(rules=Rules(gap_check=False, chain_check=False)),
    "order per aggregate": Variant(rules=Rules(order_per_aggregate=False)),
    "signature": Variant(verify=False),
    "memory of event ids": Variant(dedupe_event_ids=False),
    "sending only after commit": Variant(send_after_commit=False),
    "decision and effects in one transaction": Variant(decide_with_effects=False),
}


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_event_is_decided_once_whatever_breaks(first):
    for seed in range(first, first + CHUNK):
        simulate(seed)


@pytest.mark.parametrize("rule", WITHOUT)
def test_a_missing_rule_is_noticed(rule):
    def caught() -> bool:
        for seed in range(SEEDS_TO_CATCH):
            try:
                simulate(seed, WITHOUT[rule])
            except Exception:
                return True
        return False

    assert caught(), f"{SEEDS_TO_CATCH} seeds without the rule “{rule}” went unnoticed"
