"""Compares what callers were told with the databases of all offices, Jepsen style. Pure: books and history in, lines out.

What two databases say to each other (chains, signatures, receipts, copies) is compared by deploy.demo.compare; here is what only the
callers' history can show: lost, invented, doubled, altered, out of order, and refused although it was done.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deploy.demo.books import Books, Row
from deploy.demo.compare import Line, compare
from nodekit.delivery.core.limits import QUARANTINE_BYTES_MAX, QUARANTINE_ROWS_MAX
from nodekit.delivery.core.suite import Keyring
from tests.fault.history import ERROR, OK, Act

COMPARED = ("copies", "phantom events", "unproven", "chains", "signatures", "undecided", "quarantine", "effects", "audit")
"""What the lines of deploy.demo.compare are called here, in their order."""
EVIDENCE = "quarantine"
"""Not empty here: rogues are meant to fill it. Its bounds are checked instead."""


@dataclass(frozen=True)
class Account:
    """What one office's database says at the end, and when it was restored: (backup begun, put back), seconds since 1970."""

    books: Books
    said: Sequence[Row]
    noted: Sequence[Row]
    recovered: frozenset[str]
    disputes: int
    evidence: Mapping[str, tuple[int, int]]
    """Peer -> (rows, bytes) of its quarantine."""
    restores: Sequence[tuple[float, float]]


@dataclass
class Verdict:
    """All lines, and what the protocol honestly cannot keep."""

    lines: dict[str, Line]
    gone_with_a_restore: list[str] = field(default_factory=list)
    """L1, L2: committed, put away by a restore before a peer held it, or lost by both sides."""
    recovered: int = 0

    @property
    def problems(self) -> list[str]:
        return [f"{name}: {problem}" for name, line in self.lines.items() for problem in line.problems]


def judge(accounts: Mapping[str, Account], acts: Iterable[Act], keyring: Keyring) -> Verdict:
    """Everything that can be asked at rest."""
    report = compare({office: account.books for office, account in accounts.items()}, keyring)
    lines = dict(zip(COMPARED, report.lines, strict=True))
    lines.pop(EVIDENCE)
    acts = list(acts)
    verdict = Verdict(lines, recovered=sum(len(account.recovered) for account in accounts.values()))
    lines["lost"] = _lost(accounts, acts, verdict.gone_with_a_restore)
    lines["false refusals"] = _false_refusals(accounts, acts)
    lines["doubled"] = _doubled(accounts)
    lines["invented or altered"] = _invented(accounts, acts)
    lines["without effect"] = _without_effect(accounts)
    lines["reordered"] = _reordered(accounts)
    lines["evidence bounded"] = _bounded(accounts)
    return verdict


def _lost(accounts: Mapping[str, Account], acts: Iterable[Act], gone: list[str]) -> Line:
    """Told ok: there, at the sender and at the receiver (the latter is compared line by line elsewhere)."""
    line = Line("told ok, and there")
    sent = {office: {row["event_id"] for row in account.books.outbox} for office, account in accounts.items()}
    held = {office: {row["event_id"] for row in account.books.in_link} for office, account in accounts.items()}
    for act in acts:
        if act.told != OK:
            continue
        there = act.event_id in sent[act.src]
        if not there and act.event_id not in held[act.dst] and _undone(accounts[act.src].restores, act):
            gone.append(f"{act.src}>{act.dst} {act.event_id}")
            continue
        line.expect(there, f"{act.src}>{act.dst} case {act.case} number {act.n} event {act.event_id}: told ok, not in the sender's outbox")
    return line


def _undone(restores: Sequence[tuple[float, float]], act: Act) -> bool:
    """The sender was put back to before the answer by a restore that came after the question."""
    return any(began <= act.ended and act.begun <= at for began, at in restores)


def _false_refusals(accounts: Mapping[str, Account], acts: Iterable[Act]) -> Line:
    line = Line("told error, and not there")
    marks = {office: {str(row["mark"]) for row in account.said} for office, account in accounts.items()}
    for act in acts:
        if act.told == ERROR:
            line.expect(act.mark not in marks[act.src], f"{act.src}>{act.dst} {act.mark}: told “{act.answer}”, but it is committed")
    return line


def _doubled(accounts: Mapping[str, Account]) -> Line:
    line = Line("one effect per event and per act")
    for office, account in accounts.items():
        for key in ("event_id", "mark"):
            for value, count in Counter(str(row[key]) for row in account.noted).items():
                line.expect(count == 1, f"{office}: {count} effects of {key} {value}")
    return line


def _invented(accounts: Mapping[str, Account], acts: Iterable[Act]) -> Line:
    """Every effect is of an act somebody tried, at its addressee, word for word; and of none that was to be refused."""
    line = Line("every effect was asked for")
    known = {act.mark: act for act in acts}
    for office, account in accounts.items():
        for row in account.noted:
            act = known.get(str(row["mark"]))
            right = act is not None and (act.src, act.dst, act.case, act.n, act.text_hash) == (row["origin"], office, str(row["case_id"]), row["n"], row["text_hash"])
            line.expect(right and act is not None and not act.refusable, f"{office}: effect of {row['mark']} from {row['origin']} is not what was said")
    return line


def _without_effect(accounts: Mapping[str, Account]) -> Line:
    line = Line("accepted means done")
    for office, account in accounts.items():
        done = {(row["origin"], str(row["event_id"])) for row in account.noted}
        for row in account.books.inbox:
            if row["type"].startswith("fault."):
                effect = (row["src"], row["event_id"]) in done
                line.expect(effect == (row["status"] == "accepted"), f"{office}: {row['event_id']} is {row['status']}, effect: {effect}")
    return line


def _reordered(accounts: Mapping[str, Account]) -> Line:
    line = Line("per case in the order said")
    for office, account in accounts.items():
        for case, numbers in _by_case(account.noted):
            line.expect(numbers == sorted(numbers), f"{office}: case {case} was done in the order {numbers}")
    return line


def _by_case(rows: Iterable[Row]) -> Iterator[tuple[str, list[int]]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["id"]):
        found[str(row["case_id"])].append(row["n"])
    return iter(found.items())


def _bounded(accounts: Mapping[str, Account]) -> Line:
    line = Line("evidence within its bounds")
    for office, account in accounts.items():
        for peer, (rows, size) in account.evidence.items():
            line.expect(rows <= QUARANTINE_ROWS_MAX and size <= QUARANTINE_BYTES_MAX, f"{office}: {rows} rows, {size} bytes of evidence about {peer}")
        line.expect(account.disputes == 0, f"{office}: {account.disputes} disputes although nobody lied")
    return line
