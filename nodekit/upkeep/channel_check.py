"""Recomputes both sides of every channel from the stored bytes: numbers, hashes, signatures, decisions and the receipts that prove them.

Reads in the order of the chain and keeps one receipt index in memory, so a database of any size is verified in one pass. Trusts no column:
whatever can be computed from event bytes, links and signed documents is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.link import channel_name, genesis, link_hash, signature_of, signed_data
from nodekit.delivery.core.receipt import Span, read_receipt
from nodekit.delivery.core.suite import INTL_1, Keyring, from_text
from nodekit.delivery.envelope import decode_event, event_hash
from nodekit.upkeep.report import Line

if TYPE_CHECKING:
    import asyncpg

Row = Mapping[str, Any]
PREFETCH = 1000

OUT_ROWS = """
    SELECT l.dst AS peer, l.seq, l.event_id::text, l.eh, l.lh, l.kid, l.suite, l.sig, o.event_bytes, o.type, o.agg,
           o.seq = l.seq AS own, o.final AS status, coalesce(o.final_code, '') AS code, NULL AS decided_by, o.receipt AS rh, l.eh AS first_eh, l.lh AS first_lh
    FROM nodekit.out_link l LEFT JOIN nodekit.outbox o ON o.event_id = l.event_id AND o.dst = l.dst ORDER BY l.dst, l.seq
"""
IN_ROWS = """
    SELECT l.src AS peer, l.seq, l.event_id::text, l.eh, l.lh, l.kid, l.suite, l.sig, l.event_bytes, i.type, i.agg,
           i.seq = l.seq AS own, i.status, i.code, i.decided_by, i.receipt AS rh, i.eh AS first_eh, i.lh AS first_lh
    FROM nodekit.in_link l LEFT JOIN nodekit.inbox i ON i.src = l.src AND i.event_id = l.event_id ORDER BY l.src, l.seq
"""
OUT_ENDS = "SELECT dst AS peer, head_seq AS seq, head_hash AS lh FROM nodekit.out_channel"
IN_ENDS = "SELECT src AS peer, cursor AS seq, hash AS lh FROM nodekit.in_channel"
RECEIPTS = "SELECT rh, peer, issued, document, kid, sig FROM nodekit.receipt"
DECIDED = ("accepted", "refused")


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of all channels of this office."""

    name: str
    title: str
    rows: str
    ends: str
    issued: str
    """Which receipts decide it: ours or theirs."""


WAYS = (
    Way("out", "发件", OUT_ROWS, OUT_ENDS, "theirs"),
    Way("in", "收件", IN_ROWS, IN_ENDS, "ours"),
)


@dataclass
class WayLines:
    """What is said about one direction."""

    numbers: Line
    contents: Line
    chains: Line
    signatures: Line
    verdicts: Line

    @classmethod
    def of(cls, way: Way) -> WayLines:
        name, title = way.name, way.title
        return cls(
            Line(f"{name}.numbers", f"{title}编号自 1 号起连续,末号与登记一致"), Line(f"{name}.contents", f"{title}内容散列、规范格式、登记项一致"),
            Line(f"{name}.chains", f"{title}链条自首号起逐号相接"), Line(f"{name}.signatures", f"{title}链条签名有效,末号已签名"),
            Line(f"{name}.verdicts", f"{title}办理结论与签名回执一致"),
        )

    @property
    def all(self) -> list[Line]:
        return [self.numbers, self.contents, self.chains, self.signatures, self.verdicts]


@dataclass
class ReceiptIndex:
    """Spans of every valid receipt by its name, and the numbers of each channel that a span ends at."""

    spans: dict[str, tuple[str, tuple[Span, ...]]] = field(default_factory=dict)
    ends: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    _covered: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)

    def add(self, rh: str, channel: str, spans: tuple[Span, ...]) -> None:
        self.spans[rh] = (channel, spans)
        for span in spans:
            self.ends.setdefault(channel, {}).setdefault(span.last, []).append(span.lh)

    def proves(self, rh: str | None, channel: str, row: Row) -> bool:
        """Whether the document named by the row says exactly what the row says."""
        known, spans = self.spans.get(rh or "", ("", ()))
        by = row["decided_by"]
        return known == channel and any(
            span.first <= row["seq"] <= span.last and span.status == row["status"] and span.code == row["code"] and by in {None, span.by}
            for span in spans
        )

    def covers(self, channel: str, number: int) -> bool:
        """Whether any receipt decides this number."""
        if channel not in self._covered:
            self._covered[channel] = _intervals(span for known, spans in self.spans.values() if known == channel for span in spans)
        firsts, reach = self._covered[channel]
        place = bisect_right(firsts, number)
        return place > 0 and reach[place - 1] >= number


def _intervals(spans: Iterable[Span]) -> tuple[list[int], list[int]]:
    """First numbers in order, and how far any span up to there reaches."""
    firsts, reach, furthest = [], [], 0
    for span in sorted(spans, key=lambda span: span.first):
        furthest = max(furthest, span.last)
        firsts.append(span.first)
        reach.append(furthest)
    return firsts, reach


@dataclass
class Chain:
    """Where one channel stands while its rows go by."""

    name: str
    peer: str
    signer: str
    addressee: str
    prev: str
    last: int = 0
    signed: bool = True


async def check_receipts(connection: asyncpg.Connection, office: str, keyring: Keyring) -> tuple[Line, ReceiptIndex]:
    """Verify every receipt kept, given and received, and index what they say."""
    line, index = Line("receipts", "收发回执的签名、散列有效"), ReceiptIndex()
    async for row in connection.cursor(RECEIPTS, prefetch=PREFETCH):
        issuer, src = (office, row["peer"]) if row["issued"] == "ours" else (row["peer"], office)
        channel = channel_name(src, issuer)
        try:
            read = read_receipt(row["document"], issuer=issuer, channel=channel, kid=row["kid"], sig=from_text(row["sig"]), keyring=keyring)
        except Reject as reject:
            line.expect(condition=False, problem=f"{channel} 回执 {row['rh'][:16]} 无效({reject.code})")
            continue
        if line.expect(read.rh == row["rh"], f"{channel} 回执 {row['rh'][:16]} 与其散列不符"):
            index.add(read.rh, channel, read.spans)
    return line, index


async def check_way(connection: asyncpg.Connection, way: Way, office: str, keyring: Keyring, index: ReceiptIndex) -> list[Line]:
    """One pass over all links of one direction."""
    lines = WayLines.of(way)
    ends = {row["peer"]: (row["seq"], row["lh"]) for row in await connection.fetch(way.ends)}
    async for chain, rows in _by_peer(connection, way, office, keyring):
        async for row in rows:
            _step(lines, chain, row, keyring, index)
        lines.signatures.expect(chain.signed, f"{chain.name} 末号 {chain.last} 未签名")
        end = ends.pop(chain.peer, (0, ""))
        lines.numbers.expect(end == (chain.last, chain.prev), f"{chain.name} 登记至 {end[0]} 号,链条至 {chain.last} 号,或末号散列不同")
        for number in index.ends.get(chain.name, {}):
            lines.verdicts.expect(number <= chain.last, f"{chain.name} 回执所指 {number} 号不在链条中")
    for peer, (number, _) in ends.items():
        lines.numbers.expect(number == 0, f"与 {peer} 的通道登记至 {number} 号,但没有链条")
    return lines.all


async def _by_peer(connection: asyncpg.Connection, way: Way, office: str, keyring: Keyring) -> AsyncIterator[tuple[Chain, AsyncIterator[Row]]]:
    """Rows grouped by channel; a channel's rows must be used up before the next is asked for."""
    source = aiter(connection.cursor(way.rows, prefetch=PREFETCH))
    waiting: list[Row] = []

    async def rest(peer: str) -> AsyncIterator[Row]:
        yield waiting.pop()
        async for row in source:
            if row["peer"] != peer:
                waiting.append(row)
                return
            yield row

    async for row in source:
        waiting.append(row)
        while waiting:
            peer = waiting[0]["peer"]
            src, dst = (office, peer) if way.name == "out" else (peer, office)
            name = channel_name(src, dst)
            yield Chain(name, peer, src, dst, genesis(name, keyring)), rest(peer)


def _step(lines: WayLines, chain: Chain, row: Row, keyring: Keyring, index: ReceiptIndex) -> None:
    number, where = row["seq"], f"{chain.name} {row['seq']} 号"
    lines.numbers.expect(number == chain.last + 1, f"{chain.name} 缺 {chain.last + 1} 号")
    _content(lines.contents, chain, row, where)
    computed = link_hash(chain.name, number, chain.prev, row["eh"], row["kid"], row["suite"])
    lines.chains.expect(computed == row["lh"], f"{where}与前号不相接")
    if row["sig"]:
        lines.signatures.expect(_signed(chain, row, keyring), f"{where}链条签名无效")
    chain.signed = bool(row["sig"])
    for lh in index.ends.get(chain.name, {}).get(number, ()):
        lines.verdicts.expect(lh == row["lh"], f"{where}回执所指的链条散列不同")
    _verdict(lines.verdicts, chain, row, where, index)
    chain.last, chain.prev = number, row["lh"]


def _content(line: Line, chain: Chain, row: Row, where: str) -> None:
    raw = row["event_bytes"]
    if raw is None:
        line.expect(condition=False, problem=f"{where}的事件 {row['event_id']} 本机没有内容")
        return
    if not line.expect(event_hash(raw) == row["eh"], f"{where}的内容与散列不符"):
        return
    try:
        event = decode_event(raw)
    except Reject as reject:
        line.fail(f"{where}的内容不合规范({reject.code})")
        return
    header = (event.id, event.src, event.dst, event.type, event.agg)
    if header != (row["event_id"], chain.signer, chain.addressee, row["type"], row["agg"]):
        line.fail(f"{where}的登记项与内容不一致")


def _signed(chain: Chain, row: Row, keyring: Keyring) -> bool:
    if row["suite"] != INTL_1.name:
        return False
    try:
        by, signature = signature_of(row["kid"], row["sig"])
    except Reject:
        return False
    data = signed_data(chain.name, row["seq"], chain.prev, row["eh"], row["kid"], row["suite"])
    return keyring.verify_record(chain.signer, by, data, signature, (chain.name, row["seq"]))


def _verdict(line: Line, chain: Chain, row: Row, where: str, index: ReceiptIndex) -> None:
    """The row's state against the document that must prove it. A repeated event keeps the verdict of its first number."""
    if row["own"] is None:
        line.expect(condition=False, problem=f"{where}没有对应的登记事项")
        return
    if not row["own"]:
        return
    line.expect((row["first_eh"], row["first_lh"]) == (row["eh"], row["lh"]), f"{where}登记的散列与链条不同")
    if row["status"] in DECIDED and row["rh"] is not None:
        line.expect(index.proves(row["rh"], chain.name, row), f"{where}记为“{row['status']}”,所附回执缺失或不能证明")
    elif row["status"] not in DECIDED:  # decided without a receipt: by a person, and the relay signs when it next runs
        line.expect(not index.covers(chain.name, row["seq"]), f"{where}未记结论,但已有回执证明其办结")

