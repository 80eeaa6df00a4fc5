"""Tables of the office that adapts lists: what it was asked, what it received, what it made of every item."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.shared_list.domain.states import EXTENSION, LOCAL, PROPOSAL, SOLICITATION
from nodekit.db import slice_metadata
from nodekit.db.record import Record
from shared_schemas.states import StateMachine


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("shared_list_receiver")


Moment = DateTime(timezone=True)


def _known(machine: StateMachine) -> CheckConstraint:
    """Only states of the machine can be stored."""
    return CheckConstraint(f"status IN ({', '.join(repr(str(code)) for code in machine.states)})", name="status_known")


def _together(name: str, *columns: str) -> CheckConstraint:
    """All of the columns are set, or none."""
    return CheckConstraint(f"num_nonnulls({', '.join(columns)}) IN (0, {len(columns)})", name=name)


class ReceivedList(Base, Record):
    """The copy of one version of a list that this office adapts."""

    __tablename__ = "received_lists"
    __table_args__ = (
        _known(LOCAL),
        UniqueConstraint("origin", "list_id", "number"),
        CheckConstraint("cardinality(pages_seen) <= pages", name="pages_bounded"),
        CheckConstraint("status <> 'received' OR cardinality(pages_seen) = pages", name="complete_when_received"),
        CheckConstraint(
            "status NOT IN ('signed', 'adapting', 'adapted', 'confirmed', 'in_use', 'filed_back') OR signed_at IS NOT NULL", name="signed_first"
        ),
        CheckConstraint("status NOT IN ('adapted', 'confirmed', 'in_use', 'filed_back') OR decided = total", name="all_decided"),
        CheckConstraint("status <> 'adapted' OR revision >= 1", name="adapted_has_revision"),
        CheckConstraint("status NOT IN ('confirmed', 'filed_back') OR confirmed_on IS NOT NULL", name="confirmed_first"),
        CheckConstraint("status <> 'filed_back' OR filed_on IS NOT NULL", name="filed_when"),
        CheckConstraint("(ended_reason <> '') = (status IN ('stale', 'withdrawn', 'retired'))", name="ended_why"),
        CheckConstraint("decided BETWEEN 0 AND total", name="decided_range"),
        _together("signature", "signed_at", "signed_by"),
        _together("confirmation", "confirmed_on", "meeting", "confirmed_by"),
        _together("filing", "filed_on", "filed_by", "filed_event_id"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    list_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    kind_title: Mapped[str] = mapped_column(String(40))
    round_label: Mapped[str] = mapped_column(String(60))
    serial: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(1000))
    published_on: Mapped[date]
    sign_due_on: Mapped[date]
    adapt_due_on: Mapped[date | None]
    adapt_due_why: Mapped[str] = mapped_column(String(300))
    message_id: Mapped[UUID]
    pages: Mapped[int]
    pages_seen: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_by: Mapped[str | None] = mapped_column(String(60))
    merged_from: Mapped[UUID | None] = mapped_column(ForeignKey("shared_list_receiver.received_lists.id"))
    revision: Mapped[int]
    decided: Mapped[int]
    total: Mapped[int]
    confirmed_on: Mapped[date | None]
    meeting: Mapped[str | None] = mapped_column(String(120))
    confirmed_by: Mapped[str | None] = mapped_column(String(60))
    filed_on: Mapped[date | None]
    filed_by: Mapped[str | None] = mapped_column(String(60))
    filed_event_id: Mapped[UUID | None]
    urged_times: Mapped[int]
    urge_note: Mapped[str] = mapped_column(String(500))
    ended_reason: Mapped[str] = mapped_column(String(500))

    @property
    def name(self) -> str:
        return f"{self.title} v{self.number}"

    @property
    def local_version(self) -> str:
        return f"v{self.number}.{self.revision}" if self.revision else f"v{self.number}"

    @property
    def progress(self) -> str:
        return f"{self.decided}/{self.total} 已定"


class BasisPaper(Base):
    """One link of the chain of papers a received version rests on."""

    __tablename__ = "basis_papers"

    received_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_receiver.received_lists.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    serial: Mapped[str] = mapped_column(String(60))
    issued_by: Mapped[str] = mapped_column(String(80))


class AdaptedItem(Base):
    """One item: the upstream wording (none for a local addition) beside what this office decided about it."""

    __tablename__ = "adapted_items"
    __table_args__ = (
        UniqueConstraint("received_list_id", "item_key"),
        CheckConstraint("decision IN ('adopt', 'modify', 'drop', 'add')", name="decision_known"),
        CheckConstraint("NOT locked OR decision IS NULL OR decision = 'adopt'", name="locked_only_adopted"),
        CheckConstraint("decision NOT IN ('modify', 'drop', 'add') OR reason <> ''", name="departures_reasoned"),
        CheckConstraint("decision NOT IN ('modify', 'add') OR local_content IS NOT NULL", name="own_wording"),
        CheckConstraint("from_upstream = (content IS NOT NULL)", name="upstream_wording"),
        CheckConstraint("decision IS NULL OR from_upstream OR decision IN ('add', 'drop')", name="additions_only_add"),
        CheckConstraint("decision IS NULL OR NOT from_upstream OR decision <> 'add'", name="upstream_never_add"),
        CheckConstraint("NOT conflict OR decision IS NULL", name="conflict_undecided"),
        _together("decided", "decision", "decided_at", "decided_by"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    received_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_receiver.received_lists.id"))
    item_key: Mapped[UUID]
    position: Mapped[int]
    from_upstream: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(40))
    kind_title: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    section: Mapped[str] = mapped_column(String(100))
    content: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(500))
    locked: Mapped[bool]
    links: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    decision: Mapped[str | None] = mapped_column(String(20))
    local_section: Mapped[str | None] = mapped_column(String(100))
    local_content: Mapped[str | None] = mapped_column(Text)
    local_basis: Mapped[str | None] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(String(500))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(60))
    merge_outcome: Mapped[str] = mapped_column(String(30))
    """How a merge brought it here (domain.merge.Outcome); empty when there was no earlier version."""
    conflict: Mapped[bool]

    @property
    def shown_content(self) -> str:
        """The wording in force here."""
        return self.local_content if self.local_content is not None else self.content or ""


class ReceivedSolicitation(Base, Record):
    """The upper office asked for proposals."""

    __tablename__ = "received_solicitations"
    __table_args__ = (
        _known(SOLICITATION),
        UniqueConstraint("origin", "list_id", "number"),
        CheckConstraint("status <> 'replied' OR replied_at IS NOT NULL", name="replied_when"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    list_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    kind_title: Mapped[str] = mapped_column(String(40))
    round_label: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(1000))
    due_on: Mapped[date]
    message_id: Mapped[UUID]
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    replied_by: Mapped[str] = mapped_column(String(60))
    proposals: Mapped[int]

    @property
    def name(self) -> str:
        return f"{self.title} v{self.number}"


class SubmittedProposal(Base, Record):
    """One change this office asked for, and its fate upstream."""

    __tablename__ = "submitted_proposals"
    __table_args__ = (
        _known(PROPOSAL),
        Index("ix_submitted_proposals_list", "recipient", "list_id"),
        CheckConstraint("(adopted_in IS NOT NULL) = (status = 'adopted')", name="adopted_where"),
        CheckConstraint("(decided_on IS NOT NULL) = (status <> 'received')", name="decided_when"),
    )

    recipient: Mapped[str] = mapped_column(String(56))
    list_id: Mapped[UUID]
    number: Mapped[int]
    list_name: Mapped[str] = mapped_column(String(140))
    change: Mapped[str] = mapped_column(String(20))
    item_key: Mapped[UUID | None]
    item_number: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    event_id: Mapped[UUID]
    submitted_on: Mapped[date]
    adopted_in: Mapped[int | None]
    decline_reason: Mapped[str] = mapped_column(String(500))
    decided_on: Mapped[date | None]


class ReceivedComment(Base):
    """What the upper office said about a filed adaptation."""

    __tablename__ = "received_comments"

    comment_id: Mapped[UUID] = mapped_column(primary_key=True)
    received_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_receiver.received_lists.id"))
    revision: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    commented_by: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)


class RequestedExtension(Base, Record):
    """A request of this office for more time to file back."""

    __tablename__ = "requested_extensions"
    __table_args__ = (
        _known(EXTENSION),
        Index("uq_requested_extensions_open", "received_list_id", unique=True, postgresql_where=text("status = 'requested'")),
    )

    received_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_receiver.received_lists.id"))
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    event_id: Mapped[UUID]
    answer: Mapped[str] = mapped_column(String(500))
