"""The comparison has teeth: every planted difference between two offices' books is found, and sound books pass."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from deploy.demo.books import Books
from deploy.demo.canary import Secret, disguises, search_files
from deploy.demo.compare import Report, compare
from deploy.demo.plan import Plan
from nodekit.audit.chain import GENESIS, entry_hash
from nodekit.delivery.core.link import channel_name, genesis, sign_run
from nodekit.delivery.core.receipt import Decided, sign_receipts, spans_of
from nodekit.delivery.envelope import encode_event, event_hash
from tests.support.keyrings import keyrings

COUNTY, CITY = "990121-inspection", "990100-inspection"
CHANNEL = channel_name(COUNTY, CITY)
KEYS = keyrings(COUNTY, CITY)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVENTS = 4
TABLES = [field.name for field in dataclasses.fields(Books)]


def sound_books() -> dict[str, Books]:
    """A county that sent four events to its city, the third of which was refused."""
    ids = [str(UUID(int=number)) for number in range(1, EVENTS + 1)]
    raws = [encode_event(id=name, src=COUNTY, dst=CITY, type="shared_list.filed.v1", agg="list", at=NOW, body={"number": name}) for name in ids]
    ehs = [event_hash(raw) for raw in raws]
    links = sign_run(CHANNEL, 0, genesis(CHANNEL, KEYS[COUNTY]), list(zip(ids, ehs, strict=True)), KEYS[COUNTY])
    status = ["refused" if link.seq == 3 else "accepted" for link in links]
    [receipt] = sign_receipts(CHANNEL, spans_of(Decided(link.seq, link.lh, said) for link, said in zip(links, status, strict=True)), "2026-03-02T09:00:01Z", KEYS[CITY])
    document = {"rh": receipt.rh, "document": receipt.document, "kid": receipt.kid, "sig": receipt.sig}
    chain = [{"seq": k.seq, "event_id": k.event_id, "eh": k.eh, "lh": k.lh, "kid": k.kid, "suite": k.suite, "sig": k.sig} for k in links]
    county = books(
        outbox=[
            {"event_id": k.event_id, "dst": CITY, "event_bytes": raw, "type": "shared_list.filed.v1", "seq": k.seq, "final": said, "receipt": receipt.rh}
            for k, raw, said in zip(links, raws, status, strict=True)
        ],
        out_channel=[{"dst": CITY, "head_seq": EVENTS, "head_hash": links[-1].lh, "peer_cursor": EVENTS, "stopped_reason": None}],
        out_link=[{"dst": CITY, **row} for row in chain],
        receipt=[{"peer": CITY, "issued": "theirs", **document}],
    )
    city = books(
        inbox=[
            {"src": COUNTY, "event_id": k.event_id, "seq": k.seq, "eh": k.eh, "lh": k.lh, "type": "x", "status": said, "receipt": receipt.rh}
            for k, said in zip(links, status, strict=True)
        ],
        in_channel=[{"src": COUNTY, "cursor": EVENTS, "hash": links[-1].lh, "stopped_reason": None}],
        in_link=[{"src": COUNTY, **row, "event_bytes": raw} for row, raw in zip(chain, raws, strict=True)],
        handled=[{"handler": "shared_list.issuer:record", "origin": COUNTY, "event_id": k.event_id} for k, said in zip(links, status, strict=True) if said == "accepted"],
        receipt=[{"peer": COUNTY, "issued": "ours", **document}],
    )
    return {COUNTY: county, CITY: city}


def books(**tables: list[dict[str, Any]]) -> Books:
    entry = {"seq": 1, "at": NOW, "officer_id": None, "officer_name": "系统", "action": "a.b", "subject": "", "reason": "", "facts": {}, "prev": GENESIS}
    digest = entry_hash(entry)
    audit = {"audit_log": [{**entry, "hash": digest}], "audit_head": [{"seq": 1, "hash": digest}]}
    return Books(**{name: [] for name in TABLES} | audit | tables)


def check(found: dict[str, Books]) -> Report:
    return compare(found, KEYS[CITY])


def test_sound_books_pass():
    report = check(sound_books())
    assert report.is_clean, [line for line in report.lines if line.problems]
    assert all(line.count for line in report.lines)


def swap(table: list[dict[str, Any]], one: int, other: int) -> None:
    table[one], table[other] = table[other], table[one]


PLANTED: dict[str, tuple[Callable[[Books, Books], Any], str]] = {
    "an inbox row deleted": (lambda county, city: city.inbox.pop(1), "恰有一份"),
    "an inbox row doubled": (lambda county, city: city.inbox.append(city.inbox[1]), "恰有一份"),
    "content changed at the receiver": (lambda county, city: city.inbox[0].update(eh="0" * 64), "内容一致"),
    "an event the sender never sent": (lambda county, city: county.outbox.pop(), "确由发件单位发出"),
    "no receipt yet": (lambda county, city: county.outbox[1].update(final=None, receipt=None), "最终回执"),
    "a verdict turned round at the sender": (lambda county, city: county.outbox[2].update(final="accepted"), "最终回执"),
    "a verdict turned round at the receiver": (lambda county, city: city.inbox[2].update(status="accepted"), "最终回执"),
    "the receipt's signature forged": (lambda county, city: county.receipt[0].update(sig="A" * 86), "最终回执"),
    "the receipt lost": (lambda county, city: county.receipt.clear(), "最终回执"),
    "a number missing at the receiver": (lambda county, city: city.in_link.pop(1), "链条自首号"),
    "two numbers exchanged": (lambda county, city: swap(city.in_link, 0, 1), "链条自首号"),
    "stored bytes changed": (lambda county, city: city.in_link[1].update(event_bytes=b"{}"), "链条自首号"),
    "the ends differ": (lambda county, city: city.in_channel[0].update(cursor=3), "链条自首号"),
    "the last link unsigned": (lambda county, city: city.in_link[-1].update(sig=None), "签名"),
    "an event still undecided": (lambda county, city: city.inbox[3].update(status="delivered"), "无积压"),
    "a channel stopped": (lambda county, city: county.out_channel[0].update(stopped_reason="fork"), "无积压"),
    "something in quarantine": (lambda county, city: city.quarantine.append({"src": COUNTY, "why": "wire.not_authentic"}), "隔离区"),
    "an effect of a refused event": (lambda county, city: city.handled.append({**city.handled[0], "event_id": city.inbox[2]["event_id"]}), "只处理一次"),
    "an accepted event without effect": (lambda county, city: city.handled.pop(), "只处理一次"),
    "an audit entry changed": (lambda county, city: city.audit_log[0].update(action="a.c"), "审计"),
    "the audit log cut": (lambda county, city: city.audit_log.pop(), "审计"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_difference_is_found(case):
    plant, where = PLANTED[case]
    found = sound_books()
    plant(found[COUNTY], found[CITY])
    report = check(found)
    assert not report.is_clean
    assert where in " ".join(line.title for line in report.lines if line.problems)


@pytest.mark.parametrize("shift", range(3))
def test_a_sealed_text_is_found_in_any_disguise(plan: Plan, shift):
    import base64
    import json

    text = "被反映人在工程发包中收受好处"
    folder = plan.home / "nats" / CITY / "js"
    folder.mkdir(parents=True)
    (folder / "empty.blk").touch()
    for disguise in (text.encode(), json.dumps(text).encode(), text.encode().hex().encode(), base64.b64encode(b"x" * shift + text.encode() + b"tail")):
        (folder / "1.blk").write_bytes(b"\0\1binary" + disguise + b"more")
        assert search_files(plan, [Secret(text, frozenset())]).problems
    (folder / "1.blk").write_bytes(b"\0" * 1000)
    assert not search_files(plan, [Secret(text, frozenset())]).problems


def test_a_secret_too_short_to_mean_anything_is_refused():
    with pytest.raises(ValueError, match="at least"):
        disguises("线索")
