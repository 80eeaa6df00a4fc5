"""Papers as they arrive at an office: kept once, signed for by a named person or sent back. Participant and desk do the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, DateTime, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from capabilities.lifted_inspection.common.columns import among, sign_initial_values
from capabilities.lifted_inspection.common.errors import NotAbove, OutOfStep, UnknownPaper
from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.domain.machines import PAPER
from capabilities.lifted_inspection.domain.words import Addressee, PaperKind
from nodekit.errors import NotFound
from nodekit.identity.officer import Officer
from nodekit.peers.directory import Directory
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab
from shared_schemas.event import Message
from shared_schemas.lifted_inspection import v1
from shared_schemas.lifted_inspection.common import Paper as PaperEvent

KINDS = {v1.LiftedTasked: PaperKind.TASK_BOOK, v1.LiftedEntryNoticed: PaperKind.ENTRY_NOTICE, v1.LiftedFedBack: PaperKind.FEEDBACK, v1.LiftedHandedOver: PaperKind.HAND_OVER}


class ReceivedPaper:
    """One copy for this office. `(origin, paper_id)` is its natural key; a corrected copy replaces a returned one."""

    __table_args__ = (
        UniqueConstraint("origin", "paper_id"),
        CheckConstraint(among("status", PAPER.states), name="status"),
        CheckConstraint("(status = 'signed') = (signed_on IS NOT NULL AND signed_by IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint("status <> 'returned' OR return_reason IS NOT NULL", name="returned_with_reason"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    paper_id: Mapped[UUID]
    task_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int]
    addressee: Mapped[str] = mapped_column(String(40))
    document_number: Mapped[str] = mapped_column(String(40))
    target_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The rest of the event, as sent: dates, the findings of a hand-over list."""
    sign_due_on: Mapped[date]
    arrived_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_event_id: Mapped[UUID]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(Text)
    urged: Mapped[int]


def above(directory: Directory, office: str) -> frozenset[str]:
    """Offices on the way up from an office: only these may give it a task."""
    found, here = set(), directory.office(office).parent
    while here is not None:
        found.add(here)
        here = directory.office(here).parent
    return frozenset(found)


async def keep(uow: UnitOfWork, model: Any, message: Message[Any]) -> Any | None:
    """Enter a copy in the register; None when it was there already.

    Raises:
        NotAbove: the sender is not over this office.
        OutOfStep: a correction of a copy nobody sent back.
    """
    said: PaperEvent = message.data
    if message.origin not in above(uow.node.directory, uow.office):
        raise NotAbove
    row = await find(uow, model, message.origin, said.paper_id)
    if row is not None and said.revision <= row.revision:
        return None
    if row is not None and row.status != "returned":
        raise OutOfStep(PAPER.label(row.status))
    plain = {"revision", "document_number", "target_name", "text", "sign_due_on"}
    values: dict[str, Any] = {name: getattr(said, name) for name in plain}
    values |= {"arrived_at": uow.now, "last_event_id": message.id}
    values["details"] = said.model_dump(mode="json", exclude=plain | {"task_id", "paper_id", "addressee"})
    if row is None:
        row = model(
            id=uow.new_id(), status=PAPER.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, paper_id=said.paper_id,
            task_id=said.task_id, kind=str(KINDS[type(said)]), addressee=said.addressee, urged=0, **values,
        )
        uow.session.add(row)
        await uow.session.flush()
        await uow.log(row, "arrived", f"收到{PaperKind.label_of(row.kind)}", note=said.document_number, event_id=message.id)
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.return_reason = None
    await uow.move(row, PAPER, "sent", "收到更正件", note=f"第{said.revision}稿", event_id=message.id)
    return row


async def note_urging(uow: UnitOfWork, model: Any, message: Message[v1.LiftedPaperUrged]) -> None:
    row = await find(uow, model, message.origin, message.data.paper_id)
    if row is None:
        raise UnknownPaper
    if message.data.count <= row.urged:
        return
    row.urged = message.data.count
    await uow.log(row, "urged", "收到催办", before=row.status, note=f"第{row.urged}次", event_id=message.id)


async def find(uow: UnitOfWork, model: Any, origin: str, paper_id: UUID) -> Any | None:
    """The locked copy of one sender."""
    wanted = sa.select(model).where(model.origin == origin, model.paper_id == paper_id).with_for_update()
    return (await uow.session.scalars(wanted)).one_or_none()


async def sign(uow: UnitOfWork, model: Any, record_id: UUID, form: SignForm) -> Any:
    """A named person takes the copy; the sender sees who and when."""
    row = await _get(uow, model, record_id)
    said = v1.LiftedPaperSigned(paper_id=row.paper_id, revision=row.revision, signed_by=form.signed_by, signed_on=form.signed_on)
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.last_event_id)
    row.signed_by, row.signed_on = form.signed_by, form.signed_on
    await uow.move(row, PAPER, "signed", "签收", note=form.signed_by, event_id=event_id)
    return row


async def send_back(uow: UnitOfWork, model: Any, record_id: UUID, form: ExplainForm) -> Any:
    """Wrong addressee, missing annex: the sender corrects and sends again."""
    row = await _get(uow, model, record_id)
    said = v1.LiftedPaperReturned(paper_id=row.paper_id, revision=row.revision, explanation=form.explanation)
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.last_event_id)
    row.return_reason = form.explanation
    await uow.move(row, PAPER, "returned", "退回", note=form.explanation, event_id=event_id)
    return row


async def _get(uow: UnitOfWork, model: Any, record_id: UUID) -> Any:
    row = await uow.session.get(model, record_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("该文书")
    return row


async def sign_initial(uow: UnitOfWork, officer: Officer, _record: Any) -> dict[str, Any]:
    return sign_initial_values(officer.name, uow.today)


@dataclass(frozen=True)
class PaperDesk:
    """What the ledger of one side needs: its table, permissions and commands."""

    model: Any
    view: str
    handle: str
    sign: Callable[..., Awaitable[Any]]
    send_back: Callable[..., Awaitable[Any]]


def _light(row: Any, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.sign_due_on, uow.today, done=row.status != "sent")


def _kind(row: Any, _uow: UnitOfWork) -> str:
    return PaperKind.label_of(row.kind)


def _capacity(row: Any, _uow: UnitOfWork) -> str:
    return Addressee.label_of(row.addressee)


async def _findings(_uow: UnitOfWork, _officer: Officer, row: Any) -> list[dict[str, Any]]:
    lines = row.details.get("findings", [])
    return lines if isinstance(lines, list) else []


def paper_ledger(desk: PaperDesk) -> Ledger:
    """The register of papers received."""
    return Ledger(
        capability="lifted_inspection", key="papers", title="提级交叉文书签收", model=desk.model, machine=PAPER, permission=desk.view,
        name=lambda row: f"{PaperKind.label_of(row.kind)} {row.document_number}", order_by=("-arrived_at",), process=("sent", "signed"),
        help="上级组织的提级、交叉、联动巡察的任务书、进驻通知、反馈意见和移交清单,逐份由具名人员签收。",
        columns=(
            Column("document_number", "文号", "link"), Column("kind", "文书", value=_kind), Column("target_name", "被巡察党组织", wide=True),
            Column("addressee", "送达身份", value=_capacity), Column("origin", "来文单位", "office"), Column("arrived_at", "送达时间", "datetime"),
            Column("signed_by", "签收人"), Column("signed_on", "签收日期", "date"), Column("light", "期限", "light", value=_light, sortable=False),
            Column("status", "状态", "status"), Column("urged", "催办(次)", "number", hidden=True),
        ),
        filters=(
            Filter("q", "文号/党组织", "text", ("document_number", "target_name")), Filter("kind", "文书", "choice", ("kind",), choices=PaperKind.choices()),
            Filter("arrived_at", "送达时间", "date_range", ("arrived_at",)),
        ),
        tabs=(
            Tab("sent", "待签收", lambda model: model.status == "sent"), Tab("signed", "已签收", lambda model: model.status == "signed"),
            Tab("returned", "已退回", lambda model: model.status == "returned"),
        ),
        actions=(
            Action("sign", "签收", desk.sign, desk.handle, SignForm, frozenset({"sent"}), initial=sign_initial, tone="primary", done="已签收,回执已发出。"),
            Action("return", "退回", desk.send_back, desk.handle, ExplainForm, frozenset({"sent"}), tone="danger", done="已退回。"),
        ),
        facts=(
            Fact("document_number", "文号"), Fact("kind", "文书", value=_kind), Fact("target_name", "被巡察党组织"), Fact("addressee", "送达身份", value=_capacity),
            Fact("origin", "来文单位", "office"), Fact("arrived_at", "送达时间", "datetime"), Fact("sign_due_on", "签收期限", "date"),
            Fact("light", "期限", "light", value=_light), Fact("signed_by", "签收人"), Fact("signed_on", "签收日期", "date"), Fact("urged", "催办(次)", "number"),
            Fact("return_reason", "退回原因", "long"), Fact("text", "正文", "long"),
        ),
        related=(
            Related(
                "移交问题",
                (
                    Column("number", "编号", value=lambda line, _uow: line["number"]), Column("category", "类别", value=lambda line, _uow: line["category"]),
                    Column("statement", "问题表述", value=lambda line, _uow: line["statement"], wide=True),
                ),
                _findings, empty="本件不含问题清单。",
            ),
        ),
    )
