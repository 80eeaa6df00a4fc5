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
    fresh_only: bool = True
    rotate_challenge: bool = True
    bound_packets: bool = True
    number_when_open: bool = True
    monotone_cursor: bool = True
    exact_base: bool = True
    fetch_lost: bool = True
    priors: bool = True
    clone_check: bool = True
    fence: bool = True
    fenced_is_silent: bool = True
    fork_halt: bool = True
    blob_complete: bool = True
    chunk_verify: bool = True


ALL_RULES = Rules()
