"""The payload: the same bytes for every pipeline, made by the shipped encoder before any clock runs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from nodekit.delivery.envelope import encode_event
from nodekit.ids import new_id
from tests.bench.ledger.event import BenchNoted, Fact

COUNTY, CITY = "990121-inspection", "990100-inspection"
NOTE = "巡察发现该单位落实主体责任不到位,制度执行存在偏差,整改台账更新不及时,责任分工未逐条对应。" * 6
FACTS = tuple(Fact(name=f"指标{n}", value=n * 7) for n in range(6))
COLUMNS = ("event_id", "case_id", "serial", "title", "happened_on", "amount", "note")


@dataclass(frozen=True, slots=True)
class Filing:
    """One event, with the business row that its sender commits beside it."""

    id: UUID
    raw: bytes
    row: tuple[object, ...]
    agg: str
    at: datetime
    trace: str


def filings(count: int, *, src: str = COUNTY, dst: str = CITY) -> list[Filing]:
    """Fresh events, each about a matter of its own, each caused by an act that is traced."""
    return [_filing(number, src, dst) for number in range(count)]


def _filing(number: int, src: str, dst: str) -> Filing:
    event_id, at = new_id(), datetime.now(UTC)
    said = BenchNoted(
        case_id=new_id(), serial=f"JZ-2026-{number:06d}", title="关于某单位落实主体责任情况的报备", happened_on=date(2026, 3, 1),
        amount=number, note=NOTE, facts=FACTS,
    )
    trace = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    raw = encode_event(
        id=event_id, src=src, dst=dst, type=BenchNoted.TYPE, agg=said.aggregate(), at=at, body=said.model_dump(mode="json"), tp=trace,
    )
    row = (event_id, said.case_id, said.serial, said.title, said.happened_on, said.amount, said.note)
    return Filing(event_id, raw, row, said.aggregate(), at, trace)
