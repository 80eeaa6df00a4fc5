"""The protocol's rules as switches, all on. Tests take one away to prove that the checks notice; nothing else may."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Each field names one rule of docs/architecture/delivery.md."""

    resend: bool = True
    want: bool = True
    gap_check: bool = True
    chain_check: bool = True
    order_per_aggregate: bool = True


ALL_RULES = Rules()
