"""Compares the books of all offices, two by two: nothing lost, doubled, invented, reordered, undecided or unproven. Pure.

It trusts no node: hashes, chains and signatures are computed again from the bytes that each side stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from deploy.demo.books import Books, Row
from nodekit.audit.chain import GENESIS, entry_hash
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.link import channel_name, genesis, link_hash, signed_data
from nodekit.delivery.core.receipt import Receipt, read_receipt
from nodekit.delivery.core.suite import Keyring, from_text
from nodekit.delivery.envelope import event_hash

AUDIT_FIELDS = ("seq", "at", "officer_id", "officer_name", "action", "subject", "reason", "facts", "prev")


@dataclass
class Line:
    """One thing that was compared: how many, and a sentence for each that is wrong."""

    title: str
    count: int = 0
    problems: list[str] = field(default_factory=list)

    def expect(self, condition: bool, problem: str) -> None:
        self.count += 1
        if not condition:
            self.problems.append(problem)


@dataclass(frozen=True)
class Report:
    """All lines."""

    lines: list[Line]

    @property
    def is_clean(self) -> bool:
        return not any(line.problems for line in self.lines)

    @property
    def is_empty(self) -> bool:
        """Nothing was ever sent: a comparison that proves nothing."""
        return not self.lines[0].count


@dataclass(frozen=True)
class Channel:
    """One direction between two offices, as both ends recorded it."""

    src: str
    dst: str
    sender: Books
    receiver: Books

    @property
    def name(self) -> str:
        return channel_name(self.src, self.dst)

    @property
    def sent(self) -> list[Row]:
        return [row for row in self.sender.outbox if row["dst"] == self.dst]

    @property
    def arrived(self) -> list[Row]:
        return [row for row in self.receiver.inbox if row["src"] == self.src]

    @property
    def out_links(self) -> list[Row]:
        return [row for row in self.sender.out_link if row["dst"] == self.dst]

    @property
    def in_links(self) -> list[Row]:
        return [row for row in self.receiver.in_link if row["src"] == self.src]


def compare(books: Mapping[str, Books], keyring: Keyring) -> Report:
    """Every check over every channel and every office."""
    channels = list(_channels(books))
    return Report([
        _copies(channels),
        _no_phantoms(channels),
        _receipts(channels, keyring),
        _chains(channels, keyring),
        _signatures(channels, keyring),
        _backlog(books),
        _quarantine(books),
        _effects(books),
        _audit(books),
    ])


def _channels(books: Mapping[str, Books]) -> Iterator[Channel]:
    for src, sender in books.items():
        known = {row["dst"] for row in sender.outbox} | {row["dst"] for row in sender.out_channel}
        claimed = {dst for dst, receiver in books.items() if any(row["src"] == src for row in (*receiver.inbox, *receiver.in_channel))}
        for dst in sorted((known | claimed) - {src}):
            yield Channel(src, dst, sender, books[dst])


def _copies(channels: Iterable[Channel]) -> Line:
    line = Line("已发事件在收件单位恰有一份,内容一致")
    for channel in channels:
        found: dict[str, list[str]] = defaultdict(list)
        for row in channel.arrived:
            found[row["event_id"]].append(row["eh"])
        hashes = _hashes(channel.sent, channel.out_links)
        for row in channel.sent:
            copies = found.get(row["event_id"], [])
            where = f"{channel.name} {row['type']} {row['event_id']}"
            line.expect(copies == [hashes[row["event_id"]]], f"{where}:收件单位有 {len(copies)} 份" + (",内容不同" if copies else ""))
    return line


def _no_phantoms(channels: Iterable[Channel]) -> Line:
    line = Line("收件单位的每件来件确由发件单位发出")
    for channel in channels:
        sent = {row["event_id"] for row in channel.sent}
        for row in channel.arrived:
            line.expect(row["event_id"] in sent, f"{channel.name} {row['type']} {row['event_id']}:发件单位无此记录")
    return line


def _receipts(channels: Iterable[Channel], keyring: Keyring) -> Line:
    line = Line("每件恰有一份最终回执,与收件单位结论一致")
    for channel in channels:
        verdicts = {row["event_id"]: row for row in channel.arrived}
        held = {row["rh"]: row for row in channel.sender.receipt if row["peer"] == channel.dst and row["issued"] == "theirs"}
        given = {row["rh"] for row in channel.receiver.receipt if row["peer"] == channel.src and row["issued"] == "ours"}
        lhs = {row["seq"]: row["lh"] for row in channel.out_links}
        read: dict[str, Receipt | None] = {rh: _read(row, channel, keyring) for rh, row in held.items()}
        for row in channel.sent:
            verdict, document = verdicts.get(row["event_id"]), read.get(row["receipt"])
            agreed = bool(row["final"] and verdict and verdict["status"] == row["final"] and row["receipt"] in given)
            proven = bool(document and _covers(document, row["seq"], row["final"], lhs))
            said = verdict["status"] if verdict else "无"
            line.expect(agreed and proven, f"{channel.name} {row['event_id']}:发件方记 {row['final'] or '无'},收件方为 {said},凭证{'有效' if proven else '缺失或不符'}")
    return line


def _read(row: Row, channel: Channel, keyring: Keyring) -> Receipt | None:
    try:
        return read_receipt(row["document"], issuer=channel.dst, channel=channel.name, kid=row["kid"], sig=from_text(row["sig"]), keyring=keyring)
    except Reject:
        return None


def _covers(document: Receipt, seq: int, status: str, lhs: Mapping[int, str]) -> bool:
    return any(span.first <= seq <= span.last and span.status == status and lhs.get(span.last) == span.lh for span in document.spans)


def _chains(channels: Iterable[Channel], keyring: Keyring) -> Line:
    """From genesis on both sides: numbers without a gap, hashes of the stored bytes, the same head."""
    line = Line("两端链条自首号起逐号验证,首尾一致")
    for channel in channels:
        events = _hashes(channel.sent, channel.out_links)
        out = _walk(channel, channel.out_links, events, keyring)
        arrived = _hashes(channel.in_links, channel.in_links)
        into = _walk(channel, channel.in_links, arrived, keyring)
        head = next(((row["head_seq"], row["head_hash"], row["peer_cursor"]) for row in channel.sender.out_channel if row["dst"] == channel.dst), (0, "", 0))
        cursor = next(((row["cursor"], row["hash"]) for row in channel.receiver.in_channel if row["src"] == channel.src), (0, ""))
        line.count += len(channel.out_links)
        for problem in filter(None, (out, into)):
            line.problems.append(f"{channel.name}:{problem}")
        ends = [(row["seq"], row["lh"]) for row in channel.out_links[-1:]] or [(0, "")]
        if not head[:2] == cursor == ends[0] or head[2] != head[0]:
            line.problems.append(f"{channel.name}:发件方至 {head[0]} 号(对方确认 {head[2]}),收件方至 {cursor[0]} 号,或末号散列不同")
    return line


def _hashes(rows: Iterable[Row], links: Iterable[Row]) -> dict[str, str]:
    """By event id, of the bytes kept; where they were thrown away after their time, as the chain says."""
    chained = {row["event_id"]: row["eh"] for row in links}
    return {row["event_id"]: event_hash(row["event_bytes"]) if row["event_bytes"] is not None else chained.get(row["event_id"], "") for row in rows}


def _walk(channel: Channel, links: list[Row], events: Mapping[str, str], keyring: Keyring) -> str:
    """First problem of one side's chain; empty when there is none."""
    prev = genesis(channel.name, keyring)
    for number, row in enumerate(links, start=1):
        if row["seq"] != number:
            return f"缺 {number} 号"
        if events.get(row["event_id"]) != row["eh"]:
            return f"{number} 号与事件内容不符"
        if link_hash(channel.name, number, prev, row["eh"], row["kid"], row["suite"]) != row["lh"]:
            return f"{number} 号与前号不相接"
        prev = row["lh"]
    return ""


def _signatures(channels: Iterable[Channel], keyring: Keyring) -> Line:
    line = Line("链条签名有效,末号已签名")
    for channel in channels:
        for links in (channel.out_links, channel.in_links):
            prev = genesis(channel.name, keyring)
            for row in links:
                if row["sig"] or row is links[-1]:
                    data = signed_data(channel.name, row["seq"], prev, row["eh"], row["kid"], row["suite"])
                    valid = bool(row["sig"]) and keyring.verify(channel.src, row["kid"], data, from_text(row["sig"]))
                    line.expect(valid, f"{channel.name} {row['seq']} 号签名无效或缺失")
                prev = row["lh"]
    return line


def _backlog(books: Mapping[str, Books]) -> Line:
    line = Line("无积压、无未决、无停止的通道")
    for office, own in books.items():
        unsent = sum(row["final"] is None for row in own.outbox)
        undecided = sum(row["status"] not in {"accepted", "refused"} for row in own.inbox)
        stopped = [row["stopped_reason"] for row in (*own.out_channel, *own.in_channel) if row["stopped_reason"]]
        line.expect(not (unsent or undecided or stopped), f"{office}:待回执 {unsent} 件,未决 {undecided} 件,停止 {stopped}")
    return line


def _quarantine(books: Mapping[str, Books]) -> Line:
    line = Line("隔离区为空")
    for office, own in books.items():
        line.expect(not own.quarantine, f"{office}:{Counter((row['src'], row['why']) for row in own.quarantine).most_common(3)}")
    return line


def _effects(books: Mapping[str, Books]) -> Line:
    """Handler rows are written in the transaction of the decision: none without an accepted event, none twice."""
    line = Line("每件接收的事件只处理一次,退回的未处理")
    for office, own in books.items():
        status = {(row["src"], row["event_id"]): row["status"] for row in own.inbox}
        times = Counter((row["handler"], row["origin"], row["event_id"]) for row in own.handled)
        for (handler, origin, event_id), count in times.items():
            verdict = status.get((origin, event_id), "无此来件")
            line.expect(count == 1 and verdict == "accepted", f"{office} {handler} {event_id}:处理 {count} 次,来件状态 {verdict}")
        effective = {(origin, event_id) for _, origin, event_id in times}
        for key, verdict in status.items():
            line.expect(verdict != "accepted" or key in effective, f"{office} {key[1]}:已接收但未处理")
    return line


def _audit(books: Mapping[str, Books]) -> Line:
    line = Line("审计链条完整")
    for office, own in books.items():
        line.count += len(own.audit_log)
        prev, broken = GENESIS, None
        for number, row in enumerate(own.audit_log, start=1):
            fields = {name: row[name] for name in AUDIT_FIELDS}
            if row["seq"] != number or row["prev"] != prev or entry_hash(fields) != row["hash"]:
                broken = number
                break
            prev = row["hash"]
        head = [(row["seq"], row["hash"]) for row in own.audit_head]
        if broken or head != [(len(own.audit_log), prev)]:
            line.problems.append(f"{office}:第 {broken or len(own.audit_log)} 条起与链条不符")
    return line
