"""Tables of an inspection office: terms, targets, rounds, teams, findings, filings, meetings.

Rows are closed, never deleted; CHECK constraints keep a state and its date together.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, Numeric, Select, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship, undefer_group

from capabilities.inspection import domain
from capabilities.inspection.vocabulary import Affiliation, FilingKind, InterestKind, Level, MeetingKind, OrgKind, Role, RoundKind
from nodekit.db import slice_metadata
from nodekit.db.record import Record

SCHEMA, COUNTS = "inspection_office", "counts"

class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata(SCHEMA)


def one_of(column: str, codes: Iterable[str]) -> str:
    """SQL condition: the column holds one of the codes."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return f"{column} in ({listed})"


class Term(Base, Record):
    """One term of the Party committee; coverage is counted within it."""

    __tablename__ = "terms"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.TERM.states), "status"),
        CheckConstraint("(status = 'ended') = (ended_on is not null)", "ended"),
        CheckConstraint("planned_end_on > started_on", "span"),
        UniqueConstraint("number"),
        Index("uq_terms_one_current", "status", unique=True, postgresql_where=text("status = 'current'")),
    )

    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    started_on: Mapped[date]
    planned_end_on: Mapped[date]
    ended_on: Mapped[date | None]


class Target(Base, Record):
    """A Party organisation this committee has to inspect."""

    __tablename__ = "targets"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.TARGET.states), "status"),
        CheckConstraint(one_of("kind", OrgKind), "kind"),
        CheckConstraint(one_of("affiliation", Affiliation), "affiliation"),
        CheckConstraint("(status = 'active') = (valid_to is null)", "ended"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", "span"),
        CheckConstraint("uscc is null or uscc ~ '^[0-9A-HJ-NP-RTUWXY]{18}$'", "uscc"),
        Index("uq_targets_active_name", "name", unique=True, postgresql_where=text("status = 'active'")),
        Index("ix_targets_sector", "sector"),
    )

    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(30))
    affiliation: Mapped[str] = mapped_column(String(20))
    uscc: Mapped[str | None] = mapped_column(String(18))
    """Code of the unit the organisation sits in; several organisations may share it."""
    place: Mapped[str] = mapped_column(String(60))
    """Township or street, for 地域回避; may be empty."""
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    in_scope: Mapped[bool]
    """Part of the term's full-coverage task."""
    key_target: Mapped[bool]
    """Key department: to be inspected first, or twice in a term."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text)
    if TYPE_CHECKING:
        term_rounds: Mapped[str | None]  # a counted column, defined at the end of the module


class Succession(Base):
    """One organisation went over into another: renamed or merged."""

    __tablename__ = "successions"
    __table_args__ = (CheckConstraint("predecessor_id <> successor_id", "two"), CheckConstraint("kind in ('renamed', 'merged')", "kind"))

    predecessor_id: Mapped[UUID] = mapped_column(ForeignKey(Target.id), primary_key=True)
    successor_id: Mapped[UUID] = mapped_column(ForeignKey(Target.id), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    on: Mapped[date]
    document: Mapped[str] = mapped_column(String(80))


class Round(Base, Record):
    """One numbered campaign of inspections inside a term."""

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.ROUND.states), "status"),
        CheckConstraint(one_of("kind", RoundKind), "kind"),
        CheckConstraint(one_of("counting_level", Level), "counting_level"),
        CheckConstraint(f"({one_of('status', sorted(domain.SINCE_ENTRY))}) = (entered_on is not null)", "entered"),
        CheckConstraint(f"({one_of('status', sorted(domain.SINCE_ENTRY - domain.ON_SITE))}) = (onsite_ended_on is not null)", "onsite_ended"),
        CheckConstraint(f"({one_of('status', sorted(domain.AFTER_FEEDBACK))}) = (fed_back_on is not null)", "fed_back"),
        CheckConstraint("villages_extended >= 0", "villages"),
        CheckConstraint("onsite_ended_on is null or onsite_ended_on >= entered_on", "order"),
        UniqueConstraint("term_id", "number", "kind"),
    )

    term_id: Mapped[UUID] = mapped_column(ForeignKey(Term.id), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(200))
    counting_owner: Mapped[str] = mapped_column(String(56))
    """Office that adds this round to its figures; for joint work the organiser."""
    counting_level: Mapped[str] = mapped_column(String(10))
    taxonomy: Mapped[str] = mapped_column(String(10))
    basis_documents: Mapped[list[str]] = mapped_column(ARRAY(String(120)))
    planned_entry_on: Mapped[date | None]
    planned_end_on: Mapped[date | None]
    entered_on: Mapped[date | None]
    onsite_ended_on: Mapped[date | None]
    fed_back_on: Mapped[date | None]
    due_on: Mapped[date | None]
    """Last day of the next step, by the rule in force when its clock started; a later rule does not move it."""
    due_why: Mapped[str] = mapped_column(Text)
    villages_extended: Mapped[int]
    report_urged: Mapped[int]
    """How often the superior office asked for the report on this round."""
    term: Mapped[Term] = relationship(lazy="joined", innerjoin=True)


class Phase(Base):
    """One step of a round as it was done: the day, the paper and what was decided."""

    __tablename__ = "phases"
    __table_args__ = (Index("ix_phases_round", "round_id", "on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey(Round.id))
    state: Mapped[str] = mapped_column(String(40))
    on: Mapped[date]
    document: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text)
    officer_name: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Batch(Base):
    """One batch (批次) inside a round; a round entered as a whole has none."""

    __tablename__ = "batches"
    __table_args__ = (UniqueConstraint("round_id", "number"), CheckConstraint("number > 0", "number"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey(Round.id))
    number: Mapped[int]
    planned_entry_on: Mapped[date]
    planned_end_on: Mapped[date]
    entered_on: Mapped[date | None]


class Team(Base, Record):
    """One inspection team, authorised for one round only."""

    __tablename__ = "teams"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.TEAM.states), "status"),
        CheckConstraint("status not in ('authorised', 'on_site') or authorised_on is not null", "authorised"),
        CheckConstraint("(status = 'forming') <= (authorised_on is null)", "forming"),
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "code"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey(Round.id))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(20))
    """Prefix of finding numbers, e.g. YL-01."""
    authorised_on: Mapped[date | None]
    authorisation: Mapped[str] = mapped_column(String(120))
    round: Mapped[Round] = relationship(lazy="joined", innerjoin=True)


class Member(Base):
    """A person in a team, from joining to leaving. Roles are fixed for the round."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), "role"),
        CheckConstraint("(left_on is null) = (left_reason = '')", "left"),
        Index("uq_members_one_leader", "team_id", unique=True, postgresql_where=text("role = 'leader' and left_on is null")),
        Index("ix_members_username", "username"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey(Team.id), index=True)
    name: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(80))
    rank: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    username: Mapped[str | None] = mapped_column(String(60))
    """Account of this node, when the person has one: decides whose findings the person may see."""
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    """The person's recusal record, when there is one."""
    declared_on: Mapped[date | None]
    """Day the recusal declaration was signed; a declaration may hold no interest at all."""


class DeclaredInterest(Base):
    """One line of a recusal declaration."""

    __tablename__ = "declared_interests"
    __table_args__ = (CheckConstraint(one_of("kind", InterestKind), "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey(Member.id), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(80))
    until_on: Mapped[date | None]


class Ruling(Base):
    """The leading group's decision that a declared interest does not keep somebody from a target."""

    __tablename__ = "recusal_rulings"

    member_id: Mapped[UUID] = mapped_column(ForeignKey(Member.id), primary_key=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey(Target.id), primary_key=True)
    decided_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)


class Task(Base):
    """One organisation to be inspected in one round, by one team."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("round_id", "target_id"), CheckConstraint("entered_on is null or removed_on is null", "removed"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey(Round.id))
    target_id: Mapped[UUID] = mapped_column(ForeignKey(Target.id), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey(Team.id), index=True)
    batch_number: Mapped[int | None]
    entered_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    removed_reason: Mapped[str] = mapped_column(String(200))


class Finding(Base, Record):
    """A problem found. Not a clue: a clue about a person belongs to clue transfer, sealed."""

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.FINDING.states), "status"),
        CheckConstraint(one_of("level", Level), "level"),
        CheckConstraint("level = 'instance' or group_id is null", "group"),
        CheckConstraint(f"({one_of('status', sorted(domain.CONFIRMED_ON))}) <= (confirmed_on is not null)", "confirmed"),
        CheckConstraint("status not in ('fed_back', 'rectifying', 'closed') or fed_back_on is not null", "fed_back"),
        CheckConstraint("(status = 'closed') = (closed_on is not null)", "closed"),
        CheckConstraint("amount_yuan is null or amount_yuan >= 0", "amount"),
        UniqueConstraint("round_id", "number"),
        Index("ix_findings_category", "category"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey(Round.id))
    team_id: Mapped[UUID] = mapped_column(ForeignKey(Team.id), index=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey(Target.id), index=True)
    number: Mapped[str] = mapped_column(String(30))
    level: Mapped[str] = mapped_column(String(10))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("inspection_office.findings.id"), index=True)
    category: Mapped[str] = mapped_column(String(20))
    taxonomy: Mapped[str] = mapped_column(String(10))
    cross_tags: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    title: Mapped[str] = mapped_column(String(80))
    statement: Mapped[str] = mapped_column(Text)
    deidentified: Mapped[str] = mapped_column(Text)
    """The same without names of units and persons: the only wording that may be reported upward."""
    amount_yuan: Mapped[Decimal | None] = mapped_column(Numeric(16, 2))
    handlers: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    reviewed_by: Mapped[str] = mapped_column(String(60))
    confirmed_on: Mapped[date | None]
    confirmation: Mapped[str] = mapped_column(String(120))
    """Fact confirmation sheet (事实确认单) signed by the unit, or why there is none."""
    fed_back_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    opinion: Mapped[str] = mapped_column(Text)
    round: Mapped[Round] = relationship(lazy="joined", innerjoin=True)
    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    target: Mapped[Target] = relationship(lazy="joined", innerjoin=True)


class Filing(Base, Record):
    """A scheme or a report this office filed with the superior inspection office."""

    __tablename__ = "filings"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.FILING.states), "status"),
        CheckConstraint(one_of("kind", FilingKind), "kind"),
        CheckConstraint("revision > 0", "revision"),
        CheckConstraint("status not in ('signed', 'acknowledged', 'returned') or signed_at is not null", "signed"),
        CheckConstraint("(status = 'acknowledged') = (acknowledged_at is not null)", "acknowledged"),
        Index("uq_filings_open", "round_id", "kind", unique=True, postgresql_where=text("status <> 'withdrawn'")),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey(Round.id))
    kind: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(56))
    revision: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    event_id: Mapped[UUID]
    sign_due_on: Mapped[date]
    signed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    signed_by: Mapped[str] = mapped_column(String(60))
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    remarks: Mapped[str] = mapped_column(Text)
    """What the superior office said: remarks on acknowledging, reason on returning."""
    urged: Mapped[int]
    round: Mapped[Round] = relationship(lazy="joined", innerjoin=True)


class Meeting(Base, Record):
    """A meeting of the committee or its leading group on inspection work."""

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint(one_of("status", domain.MEETING.states), "status"),
        CheckConstraint(one_of("kind", MeetingKind), "kind"),
        CheckConstraint("instructions >= 0", "instructions"),
    )

    term_id: Mapped[UUID] = mapped_column(ForeignKey(Term.id))
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey(Round.id))
    kind: Mapped[str] = mapped_column(String(30))
    held_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    instructions: Mapped[int]
    """Special instructions (批示要求) given there."""
    term: Mapped[Term] = relationship(lazy="joined", innerjoin=True)


def _counted(wanted: Select[Any]) -> Any:
    """Counted by the SELECT that asks for it (`with_counts`) and no other: a finding loads its round and must not count for every line of a page."""
    return column_property(wanted.scalar_subquery(), deferred=True, group=COUNTS)


Round.targets_count = _counted(
    select(func.count()).where(Task.round_id == Round.id, Task.removed_on.is_(None)).correlate_except(Task)
)
Round.findings_count = _counted(
    select(func.count()).where(Finding.round_id == Round.id, Finding.status != "voided").correlate_except(Finding)
)
Round.reports_filed = _counted(
    select(func.count()).where(Filing.round_id == Round.id, Filing.kind == "report", Filing.status != "withdrawn").correlate_except(Filing)
)
Round.batches_waiting = _counted(
    select(func.count()).where(Batch.round_id == Round.id, Batch.entered_on.is_(None)).correlate_except(Batch)
)
Team.members_count = _counted(
    select(func.count()).where(Member.team_id == Team.id, Member.left_on.is_(None)).correlate_except(Member)
)
Team.targets_count = _counted(
    select(func.count()).where(Task.team_id == Team.id, Task.removed_on.is_(None)).correlate_except(Task)
)
Target.term_rounds = _counted(
    select(func.string_agg(Round.name, "、"))
    .join_from(Task, Round, Task.round_id == Round.id)
    .join(Term, Term.id == Round.term_id)
    .where(Task.target_id == Target.id, Task.entered_on.is_not(None), Term.status == "current")
    .correlate_except(Task, Round, Term)
)


def shown(row: object, name: str) -> object:
    """A counted column as the list loaded it; None on a row that was not read `with_counts`."""
    return row.__dict__.get(name)


def with_counts(wanted: Select[Any], _officer: object = None, _uow: object = None) -> Select[Any]:
    """The same rows with their counts; fits as a ledger's scope."""
    return wanted.options(undefer_group(COUNTS))
