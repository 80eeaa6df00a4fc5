"""Tables of the office that issues lists: versions, items, who was asked, who got a copy, what came back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.shared_list.domain.states import COPY, EXTENSION, FILING, ITEM, KIND, PROPOSAL, UPSTREAM
from nodekit.db import slice_metadata
from nodekit.db.record import Record
from shared_schemas.states import StateMachine


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("shared_list_issuer")


Moment = DateTime(timezone=True)


def _known(machine: StateMachine) -> CheckConstraint:
    """Only states of the machine can be stored."""
    return CheckConstraint(f"status IN ({', '.join(repr(str(code)) for code in machine.states)})", name="status_known")


def _together(name: str, *columns: str) -> CheckConstraint:
    """All of the columns are set, or none."""
    return CheckConstraint(f"num_nonnulls({', '.join(columns)}) IN (0, {len(columns)})", name=name)


class ListKind(Base, Record):
    """A kind of list (政策清单, 方案手册 …): data an office keeps, not code."""

    __tablename__ = "list_kinds"
    __table_args__ = (_known(KIND), UniqueConstraint("code"), UniqueConstraint("title"))

    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(40))
    travels: Mapped[bool]
    """False: its items stay in this office unless they are expressly sent (信息清单 may hold sensitive data)."""
    bundle: Mapped[bool]
    """True for a set of lists such as “3+2”, whose items each belong to a list of their own."""
    note: Mapped[str] = mapped_column(String(200))


class IssuedList(Base, Record):
    """One version of a list. Versions of the same list share `list_id`; at most one is being made and one in force."""

    __tablename__ = "issued_lists"
    __table_args__ = (
        _known(UPSTREAM),
        UniqueConstraint("list_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 999", name="number_range"),
        CheckConstraint("(published_on IS NOT NULL) = (status IN ('published', 'superseded', 'withdrawn', 'retired'))", name="published_when"),
        CheckConstraint("status <> 'soliciting' OR solicit_due_on IS NOT NULL", name="soliciting_until"),
        CheckConstraint(
            "status NOT IN ('approved', 'published', 'superseded', 'withdrawn', 'retired') OR approved_at IS NOT NULL", name="approved_first"
        ),
        CheckConstraint("(ended_reason <> '') = (status IN ('withdrawn', 'voided'))", name="ended_why"),
        CheckConstraint("NOT sends_restricted OR restricted_reason <> ''", name="restricted_why"),
        _together("approval", "approved_at", "approved_by"),
        _together("publication", "published_on", "sign_due_on", "published_by"),
        Index("uq_issued_lists_open", "list_id", unique=True, postgresql_where=text("status IN ('drafting', 'soliciting', 'approved')")),
        Index("uq_issued_lists_in_force", "list_id", unique=True, postgresql_where=text("status = 'published'")),
    )

    list_id: Mapped[UUID]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    kind_title: Mapped[str] = mapped_column(String(40))
    round_label: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[UUID | None] = mapped_column(index=True)
    """Round of this office it was made for; when that is filed away, the list is retired with it."""
    note: Mapped[str] = mapped_column(String(1000))
    solicit_due_on: Mapped[date | None]
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(String(60))
    serial: Mapped[str] = mapped_column(String(60))
    sends_restricted: Mapped[bool]
    restricted_reason: Mapped[str] = mapped_column(String(200))
    published_on: Mapped[date | None]
    published_by: Mapped[str | None] = mapped_column(String(60))
    sign_due_on: Mapped[date | None]
    sign_due_why: Mapped[str] = mapped_column(String(300))
    adapt_due_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(String(500))

    @property
    def name(self) -> str:
        return f"{self.title} v{self.number}"


class BasisPaper(Base):
    """One link of the chain of papers a version rests on."""

    __tablename__ = "basis_papers"
    __table_args__ = (UniqueConstraint("issued_list_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issued_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.issued_lists.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    serial: Mapped[str] = mapped_column(String(60))
    issued_by: Mapped[str] = mapped_column(String(80))


class IssuedItem(Base, Record):
    """One item of one version. `item_key` stays the same in every version."""

    __tablename__ = "issued_items"
    __table_args__ = (
        _known(ITEM),
        UniqueConstraint("issued_list_id", "item_key"),
        Index("uq_issued_items_number", "issued_list_id", "number", unique=True, postgresql_where=text("status <> 'removed'")),
    )

    issued_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.issued_lists.id"))
    list_name: Mapped[str] = mapped_column(String(140))
    item_key: Mapped[UUID]
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    kind_title: Mapped[str] = mapped_column(String(40))
    section: Mapped[str] = mapped_column(String(100))
    content: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(500))
    locked: Mapped[bool]
    links: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))


class Solicited(Base):
    """One office asked for proposals. An answer without proposals ("no comment") counts as an answer."""

    __tablename__ = "solicited_offices"
    __table_args__ = (_together("reply", "replied_at", "proposals", "replied_by"),)

    issued_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.issued_lists.id"), primary_key=True)
    office: Mapped[str] = mapped_column(String(56), primary_key=True)
    event_id: Mapped[UUID]
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    replied_by: Mapped[str | None] = mapped_column(String(60))
    proposals: Mapped[int | None]


class CollectedProposal(Base, Record):
    """One change a lower office asked for, and its fate."""

    __tablename__ = "collected_proposals"
    __table_args__ = (
        _known(PROPOSAL),
        UniqueConstraint("office", "proposal_id"),
        Index("ix_collected_proposals_list", "list_id"),
        CheckConstraint("(adopted_in IS NOT NULL) = (status = 'adopted')", name="adopted_where"),
        CheckConstraint("(decline_reason <> '') = (status = 'declined')", name="declined_why"),
    )

    list_id: Mapped[UUID]
    number: Mapped[int]
    list_name: Mapped[str] = mapped_column(String(140))
    office: Mapped[str] = mapped_column(String(56))
    proposal_id: Mapped[UUID]
    change: Mapped[str] = mapped_column(String(20))
    item_key: Mapped[UUID | None]
    item_number: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    adopted_in: Mapped[int | None]
    decline_reason: Mapped[str] = mapped_column(String(500))
    decided_by: Mapped[str] = mapped_column(String(60))


class IssuedCopy(Base, Record):
    """One office's copy of a published version: signed when, adapted how far, filed back with what result."""

    __tablename__ = "issued_copies"
    __table_args__ = (
        _known(COPY),
        UniqueConstraint("issued_list_id", "office"),
        Index("ix_issued_copies_list", "list_id", "number"),
        CheckConstraint("status <> 'sent' OR signed_on IS NULL", name="sent_is_unsigned"),
        CheckConstraint(
            "status NOT IN ('signed', 'adapting', 'adapted', 'confirmed', 'in_use', 'filed_back') OR signed_on IS NOT NULL", name="signed_first"
        ),
        CheckConstraint("(filed_on IS NOT NULL) = (adopted IS NOT NULL)", name="filed_counts"),
        _together("signature", "signed_on", "signed_by"),
        _together("composition", "adopted", "modified", "dropped", "added"),
        _together("urge", "urged_on", "urge_level"),
    )

    issued_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.issued_lists.id"))
    list_id: Mapped[UUID]
    number: Mapped[int]
    list_name: Mapped[str] = mapped_column(String(140))
    round_label: Mapped[str] = mapped_column(String(60))
    office: Mapped[str] = mapped_column(String(56))
    event_id: Mapped[UUID]
    sent_on: Mapped[date]
    sign_due_on: Mapped[date]
    adapt_due_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    revision: Mapped[int]
    decided: Mapped[int]
    total: Mapped[int]
    filed_on: Mapped[date | None]
    adopted: Mapped[int | None]
    modified: Mapped[int | None]
    dropped: Mapped[int | None]
    added: Mapped[int | None]
    urged_times: Mapped[int]
    urged_on: Mapped[date | None]
    urge_level: Mapped[str | None] = mapped_column(String(20))


class Filing(Base, Record):
    """One adapted version filed back by a lower office. The upper office may comment, never block."""

    __tablename__ = "filings"
    __table_args__ = (
        _known(FILING),
        UniqueConstraint("list_id", "number", "office", "revision"),
        CheckConstraint("(status = 'incoming') = (cardinality(pages_seen) < pages)", name="complete_when_all_pages"),
    )

    issued_list_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.issued_lists.id"))
    copy_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.issued_copies.id"))
    list_id: Mapped[UUID]
    number: Mapped[int]
    revision: Mapped[int]
    list_name: Mapped[str] = mapped_column(String(140))
    office: Mapped[str] = mapped_column(String(56))
    message_id: Mapped[UUID]
    filed_on: Mapped[date]
    filed_by: Mapped[str] = mapped_column(String(60))
    confirmed_on: Mapped[date]
    meeting: Mapped[str] = mapped_column(String(120))
    pages: Mapped[int]
    pages_seen: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    adopted: Mapped[int]
    modified: Mapped[int]
    dropped: Mapped[int]
    added: Mapped[int]

    @property
    def local_version(self) -> str:
        return f"v{self.number}.{self.revision}"


class FiledItem(Base):
    """One departure in a filing: modified, dropped or added."""

    __tablename__ = "filed_items"
    __table_args__ = (CheckConstraint("reason <> ''", name="reasoned"),)

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.filings.id"), primary_key=True)
    item_key: Mapped[UUID] = mapped_column(primary_key=True)
    decision: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))
    section: Mapped[str] = mapped_column(String(100))
    content: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(500))
    reason: Mapped[str] = mapped_column(String(500))


class FilingComment(Base):
    """What this office had to say about a filing."""

    __tablename__ = "filing_comments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.filings.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    officer_name: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)


class AskedExtension(Base, Record):
    """A lower office asked for more time to file back."""

    __tablename__ = "asked_extensions"
    __table_args__ = (
        _known(EXTENSION),
        UniqueConstraint("message_id"),
        Index("uq_asked_extensions_open", "copy_id", unique=True, postgresql_where=text("status = 'requested'")),
    )

    copy_id: Mapped[UUID] = mapped_column(ForeignKey("shared_list_issuer.issued_copies.id"))
    list_id: Mapped[UUID]
    number: Mapped[int]
    list_name: Mapped[str] = mapped_column(String(140))
    office: Mapped[str] = mapped_column(String(56))
    message_id: Mapped[UUID]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str] = mapped_column(String(500))
