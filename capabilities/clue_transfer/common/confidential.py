"""Need to know: who may know that a clue exists, who may open it, and what is kept of every opening.

The body is a vault ciphertext; lists, time lines, audit facts and URLs hold codes and dates only. Free words of officers are case content
too and kept as sealed notes. An officer named on the clue gets the answer for a record that does not exist, whatever his posts.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import DateTime, LargeBinary, Select, String, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.errors import NotFound
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer.v1 import EVIDENCE_MAX, EXCLUDED_MAX, STATEMENT_MAX, EvidenceItem

PERSON_PURPOSE = "clue_transfer.person"
MATTER_PURPOSE = "clue_transfer.person_and_matter"


class ClueBody(BaseModel):
    """The case content of a clue. Exists in clear only between the vault and the officer's eyes."""

    person: str = Field(max_length=60, title="被反映人")
    position: str = Field(max_length=120, title="职务")
    statement: str = Field(max_length=STATEMENT_MAX, title="问题表述")
    source: str = Field(max_length=200, title="线索来源")
    evidence: list[EvidenceItem] = Field(default_factory=list, max_length=EVIDENCE_MAX, title="证据索引")
    excluded_persons: list[str] = Field(default_factory=list, max_length=EXCLUDED_MAX, title="回避人员")


class SealedNote:
    """Words about a clue: why it was returned, what a feedback says, who asked about it. The text is vault ciphertext."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clue_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    on: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(60))
    """Reason, manner or document number, as far as it may be read in clear."""
    author: Mapped[str] = mapped_column(String(60))
    text: Mapped[bytes | None] = mapped_column(LargeBinary)


class Confidential:
    """Columns of a record with a body. `excluded` and the keys are keyed hashes: nobody without the vault can test a guess."""

    note_model: ClassVar[type[SealedNote]]
    """Where words about such a record are kept."""

    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_destroyed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    excluded: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    known_to: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """Accounts inside the need to know (知悉范围) besides the posts that oversee all clues."""
    person_key: Mapped[str] = mapped_column(String(64), index=True)
    matter_key: Mapped[str] = mapped_column(String(64), index=True)


NOTE_KINDS = {
    "return": "退回说明", "withdrawal": "撤回说明", "urge": "催办", "supervise": "督办", "extension": "延期", "feedback": "办理情况反馈",
    "review": "反馈核实", "reroute": "改派说明", "proposal": "处置方案", "inquiry": "打听过问登记", "void": "作废说明", "correction": "补正说明",
}


def _place(record: Any, column: str) -> str:
    return f"{type(record).__table__.fullname}.{column}:{record.id}"


def put_body(uow: UnitOfWork, record: Any, body: ClueBody, matter: str) -> None:
    """Encrypt the body into the record and derive what lists and duplicates need from it."""
    vault = uow.node.vault
    record.body = vault.encrypt(body.model_dump_json(), _place(record, "body"))
    record.body_destroyed_at = None
    names = dict.fromkeys([body.person, *body.excluded_persons])
    record.excluded = [vault.keyed_hash(name, PERSON_PURPOSE) for name in names]
    record.person_key = vault.keyed_hash(body.person, PERSON_PURPOSE)
    record.matter_key = vault.keyed_hash(f"{body.person}|{matter}", MATTER_PURPOSE)


def take_body(uow: UnitOfWork, record: Any) -> ClueBody:
    """The body in clear, for sealing and for `read_body`; never for a list.

    Raises:
        NotFound: it was destroyed.
    """
    if record.body is None:
        raise NotFound("该线索正文")
    return ClueBody.model_validate_json(uow.node.vault.decrypt(record.body, _place(record, "body")))


def destroy_body(uow: UnitOfWork, record: Any) -> None:
    record.body, record.body_destroyed_at = None, uow.now


def knows(uow: UnitOfWork, officer: Officer) -> list[str]:
    """Hashes under which an officer may be listed as excluded: his name and his account."""
    return [uow.node.vault.keyed_hash(word, PERSON_PURPOSE) for word in (officer.name, officer.username)]


def need_to_know(model: Any, oversee: str) -> Callable[[Select[Any], Officer, UnitOfWork], Select[Any]]:
    """Row-level rule of a ledger: not excluded, and either overseeing all clues or inside this clue's need to know."""

    def scope(statement: Select[Any], officer: Officer, uow: UnitOfWork) -> Select[Any]:
        allowed = statement.where(~model.excluded.overlap(knows(uow, officer)))
        return allowed if officer.may(oversee) else allowed.where(model.known_to.contains([officer.id]))

    return scope


def admit(record: Any, *accounts: UUID) -> None:
    """Take accounts into the need to know of a clue."""
    record.known_to = list(dict.fromkeys([*record.known_to, *accounts]))


async def read_body(uow: UnitOfWork, officer: Officer, record: Any, *, may_read: str, purpose: str) -> ClueBody:
    """Open a body for an officer and keep who, when and why in the audit log of the same transaction.

    Raises:
        NotFound: outside the need to know of the body; the same answer as for a clue that does not exist.
    """
    must_read(officer, record, may_read)
    body = take_body(uow, record)
    await uow.audit(f"{type(record).__table__.schema}.body_read", subject=str(record.id), reason=purpose)
    return body


def must_read(officer: Officer, record: Any, may_read: str) -> None:
    """Refuse as if the clue did not exist unless the post opens bodies or the account is inside the need to know."""
    if not (officer.may(may_read) or officer.id in record.known_to):
        raise NotFound


def add_note(uow: UnitOfWork, record: Any, kind: str, text: str = "", *, code: str = "", on: date | None = None, author: str = "") -> None:
    """Keep officers' words about a clue, encrypted."""
    note = record.note_model(
        id=uow.new_id(), clue_id=record.id, at=uow.now, on=on, kind=kind, code=code,
        author=author or (uow.officer.name if uow.officer else "系统"), text=None,
    )
    if text:
        note.text = uow.node.vault.encrypt(text, _place(note, "text"))
    uow.session.add(note)


async def notes_of(uow: UnitOfWork, record: Any) -> Sequence[Any]:
    """Newest first, still encrypted."""
    model = record.note_model
    rows = await uow.session.scalars(select(model).where(model.clue_id == record.id).order_by(model.at.desc(), model.id.desc()))
    return rows.all()


def note_text(uow: UnitOfWork, note: Any) -> str:
    return uow.node.vault.decrypt(note.text, _place(note, "text")) if note.text is not None else ""


async def look_alikes(uow: UnitOfWork, officer: Officer, record: Any, oversee: str) -> list[str]:
    """Serials of other clues about the same person and matter that this officer may know of."""
    model = type(record)
    statement = select(model.serial).where(model.matter_key == record.matter_key, model.id != record.id).order_by(model.created_at)
    return list(await uow.session.scalars(need_to_know(model, oversee)(statement, officer, uow)))


def clean_names(names: Iterable[str]) -> list[str]:
    """Names as typed into one field, separated by any of the usual marks."""
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))
