"""What a run is made of."""

from __future__ import annotations

from dataclasses import dataclass

from nodekit.delivery.core.rules import ALL_RULES, Rules


@dataclass(frozen=True)
class Variant:
    """Anything but the default takes one rule away and must be caught."""

    rules: Rules = ALL_RULES
    verify: bool = True
    dedupe_event_ids: bool = True
    send_after_commit: bool = True
    decide_with_effects: bool = True
    """False: the decision is committed in an earlier transaction than its effects."""
