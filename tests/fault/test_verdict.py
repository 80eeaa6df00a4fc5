"""The comparison sees each kind of wrong: one planted at a time in the books of two offices that agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.demo.books import Books
from nodekit.delivery.core.link import channel_name, genesis, sign_run
from nodekit.delivery.core.receipt import Decided, sign_receipts, spans_of
from nodekit.delivery.envelope import decode_event, encode_event
from tests.fault.history import ERROR, OK, Act, text_hash
from tests.fault.verdict import Account, judge
from tests.support.keyrings import keyrings

SRC, DST = "990121-inspection", "990000-inspection"
CASE = "0199a000-0000-7000-8000-00000000000a"
RINGS = keyrings(SRC, DST)
COUNT = 3


def mark(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def event_id(n: int) -> str:
    return f"00000000-0000-4000-9000-{n:012d}"


def sound() -> tuple[dict[str, Account], list[Act]]:
    """Three events said, done and receipted."""
    from datetime import UTC, datetime
    from uuid import UUID

    at = datetime(2026, 1, 1, tzinfo=UTC)
    raws = [encode_event(id=UUID(event_id(n)), src=SRC, dst=DST, type="fault.noted.v1", agg=CASE, at=at, body={"n": n}) for n in range(1, COUNT + 1)]
    events = [decode_event(raw) for raw in raws]
    links = sign_run(channel_name(SRC, DST), 0, genesis(channel_name(SRC, DST), RINGS[SRC]), [(event.id, event.eh) for event in events], RINGS[SRC])
    [receipt] = sign_receipts(channel_name(SRC, DST), spans_of(Decided(link.seq, link.lh, "accepted") for link in links), "2026-01-01T00:00:00.000Z", RINGS[DST])
    chain = [{"seq": link.seq, "event_id": link.event_id, "eh": link.eh, "lh": link.lh, "kid": link.kid, "suite": link.suite, "sig": link.sig} for link in links]
    document = {"rh": receipt.rh, "document": receipt.document, "kid": receipt.kid, "sig": receipt.sig}
    none = dict.fromkeys(("outbox", "out_channel", "out_link", "inbox", "in_channel", "in_link", "handled", "receipt", "quarantine", "audit_log"), ())
    nothing = {name: list(rows) for name, rows in none.items()} | {"audit_head": [{"seq": 0, "hash": _genesis_of_audit()}]}
    sender = Books(**nothing | {
        "outbox": [
            {"event_id": link.event_id, "dst": DST, "event_bytes": raw, "type": "fault.noted.v1", "seq": link.seq, "final": "accepted", "receipt": receipt.rh}
            for link, raw in zip(links, raws, strict=True)
        ],
        "out_channel": [{"dst": DST, "head_seq": COUNT, "head_hash": links[-1].lh, "peer_cursor": COUNT, "stopped_reason": None}],
        "out_link": [{"dst": DST, **row} for row in chain],
        "receipt": [{**document, "peer": DST, "issued": "theirs"}],
    })
    receiver = Books(**nothing | {
        "inbox": [{"src": SRC, **row, "type": "fault.noted.v1", "status": "accepted", "receipt": receipt.rh} for row in chain],
        "in_channel": [{"src": SRC, "cursor": COUNT, "hash": links[-1].lh, "stopped_reason": None}],
        "in_link": [{"src": SRC, **row, "event_bytes": raw} for row, raw in zip(chain, raws, strict=True)],
        "handled": [{"handler": "fault.ledger.note", "origin": SRC, "event_id": link.event_id} for link in links],
        "receipt": [{**document, "peer": SRC, "issued": "ours"}],
    })
    rows = [
        {"id": n, "event_id": event_id(n), "case_id": CASE, "mark": mark(n), "n": n, "text_hash": text_hash(f"text {n}"), "origin": SRC, "dst": DST}
        for n in range(1, COUNT + 1)
    ]
    acts = [Act(mark(n), SRC, DST, CASE, n, text_hash(f"text {n}"), False, 10.0 * n, 10.0 * n + 1, OK, event_id(n), "") for n in range(1, COUNT + 1)]
    accounts = {
        SRC: Account(sender, rows, (), frozenset(), 0, {}, ()),
        DST: Account(receiver, (), rows, frozenset(), 0, {}, ()),
    }
    return accounts, acts


def _genesis_of_audit() -> str:
    from nodekit.audit.chain import GENESIS

    return GENESIS


def wrong_lines(accounts: dict[str, Account], acts: list[Act]) -> set[str]:
    return {name for name, line in judge(accounts, acts, RINGS[SRC]).lines.items() if line.problems}


def test_two_offices_that_agree_are_clean():
    assert judge(*sound(), RINGS[SRC]).problems == []


def without_last(account: Account, *names: str) -> Account:
    return replace(account, books=replace(account.books, **{name: getattr(account.books, name)[:-1] for name in names}))


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        ("lost", {"lost", "copies"}), ("doubled", {"doubled"}), ("invented", {"invented or altered"}), ("altered", {"invented or altered"}),
        ("reordered", {"reordered"}), ("false refusal", {"false refusals"}), ("no effect", {"without effect"}), ("dispute", {"evidence bounded"}),
        ("undecided", {"undecided", "unproven"}), ("unproven", {"unproven"}), ("chain", {"chains"}),
    ],
)
def test_each_wrong_is_seen(planted: str, seen: set[str]):
    accounts, acts = sound()
    src, dst = accounts[SRC], accounts[DST]
    if planted == "lost":
        accounts[DST] = without_last(dst, "inbox")
        accounts[SRC] = without_last(src, "outbox")
        accounts[SRC].books.outbox.append({**src.books.outbox[-1], "event_id": event_id(9)})
    elif planted == "doubled":
        accounts[DST] = replace(dst, noted=[*dst.noted, {**dst.noted[-1], "id": 9}])
    elif planted == "invented":
        acts = acts[:-1]
    elif planted == "altered":
        accounts[DST] = replace(dst, noted=[*dst.noted[:-1], {**dst.noted[-1], "text_hash": text_hash("something else")}])
    elif planted == "reordered":
        accounts[DST] = replace(dst, noted=[{**row, "id": 10 - row["id"]} for row in dst.noted])
    elif planted == "false refusal":
        acts[-1] = replace(acts[-1], told=ERROR)
    elif planted == "no effect":
        accounts[DST] = replace(dst, noted=dst.noted[:-1])
    elif planted == "dispute":
        accounts[DST] = replace(dst, disputes=1)
    elif planted == "undecided":
        src.books.outbox[-1]["final"] = None
    elif planted == "unproven":
        src.books.receipt[0]["sig"] = src.books.out_link[-1]["sig"]
    elif planted == "chain":
        dst.books.in_link[1]["lh"] = dst.books.in_link[2]["lh"]
    assert seen <= wrong_lines(accounts, acts)


def test_what_a_restore_undid_before_it_left_is_counted_and_only_that():
    accounts, acts = sound()
    late = Act(mark(4), SRC, DST, CASE, 4, text_hash("text 4"), False, 40.0, 41.0, OK, event_id(4), "")
    undone = {**accounts, SRC: replace(accounts[SRC], restores=((35.0, 45.0),))}
    verdict = judge(undone, [*acts, late], RINGS[SRC])
    assert verdict.problems == []
    assert len(verdict.gone_with_a_restore) == 1
    for restores in ((), ((42.0, 45.0),), ((20.0, 30.0),)):
        assert judge({**accounts, SRC: replace(accounts[SRC], restores=restores)}, [*acts, late], RINGS[SRC]).lines["lost"].problems
