"""The one door to a clue's body: a page and a JSON route that ask why, and keep who, when and why before they answer."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from capabilities.clue_transfer.common.confidential import NOTE_KINDS, ClueBody, must_read, note_text, notes_of, read_body
from nodekit.errors import InvalidInput, NodeError, NotFound
from nodekit.files import files_of, name_of
from nodekit.identity.session import CurrentOfficer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.forms import read_form, validate, views
from nodekit.web.ledger import Form, Ledger
from nodekit.web.ledger_api import refusals
from nodekit.web.templating import render

PURPOSES: dict[str, Any] = {"review": "审核审批", "handle": "承办需要", "verify": "核实反馈", "supervise": "督办核查", "archive": "归档整理"}


class PurposeForm(Form):
    """Why a body is opened. Goes into the audit log, so it must not say what the clue is about."""

    purpose: Literal["review", "handle", "verify", "supervise", "archive"] = Field(title="查阅事由", json_schema_extra={"labels": PURPOSES})
    detail: str = Field(default="", max_length=100, title="事由说明", description="记入审计日志,请勿填写姓名和案情。")

    @property
    def sentence(self) -> str:
        return f"{PURPOSES[self.purpose]}" + (f":{self.detail}" if self.detail else "")


class NoteOut(BaseModel):
    """One entry of what was said about the clue."""

    kind: str
    code: str
    at: datetime
    on: date | None
    author: str
    text: str


class FileOut(BaseModel):
    """A file of the clue."""

    id: UUID
    name: str
    size_bytes: int
    complete: bool


class BodyOut(BaseModel):
    """A clue opened for one reading."""

    serial: str
    body: ClueBody
    notes: list[NoteOut]
    files: list[FileOut] = Field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """What a side's reading pages need."""

    ledger: Ledger
    may_read: str
    """Permission whose posts open every body they may know of; others must be inside the clue's need to know."""


async def _open(kind: Reading, uow: UnitOfWork, officer: Any, record_id: UUID, form: PurposeForm) -> BodyOut:
    record = await _known(kind, uow, officer, record_id)
    body = await read_body(uow, officer, record, may_read=kind.may_read, purpose=form.sentence)
    said = [
        NoteOut(kind=NOTE_KINDS.get(note.kind, note.kind), code=note.code, at=note.at, on=note.on, author=note.author, text=note_text(uow, note))
        for note in await notes_of(uow, record)
    ]
    files = [FileOut(**asdict(await name_of(uow, file))) for file in await files_of(uow, record)]
    return BodyOut(serial=record.serial, body=body, notes=said, files=files)


async def _known(kind: Reading, uow: UnitOfWork, officer: Any, record_id: UUID) -> Any:
    permit(uow, officer, kind.ledger.permission)
    record = await load(kind.ledger, uow, officer, record_id)
    must_read(officer, record, kind.may_read)
    return record


def reading_router(kind: Reading) -> APIRouter:
    """GET asks why, POST opens; the same for programs under /api."""
    router = APIRouter(tags=[kind.ledger.title])
    url = f"{kind.ledger.url}/{{record_id}}/body"

    async def page(request: Request, uow: UnitOfWork, record: Any, *, opened: BodyOut | None, typed: dict[str, Any], error: NodeError | None) -> HTMLResponse:
        problems = error.facts.get("fields", []) if error else []
        answer = await render(
            request, uow, "clue_transfer/body.html", status=error.status if error else 200, ledger=kind.ledger, row=record, opened=opened,
            fields=views(PurposeForm, typed, {}, problems), error=error,
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @router.get(url, response_class=HTMLResponse, include_in_schema=False, name=f"{kind.ledger.key}-body-ask")
    async def ask(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
        record = await _known(kind, uow, officer, record_id)
        return await page(request, uow, record, opened=None, typed={}, error=None)

    @router.post(url, response_class=HTMLResponse, include_in_schema=False, name=f"{kind.ledger.key}-body")
    async def show(request: Request, record_id: UUID, uow: WriteUow, officer: CurrentOfficer) -> HTMLResponse:
        record = await _known(kind, uow, officer, record_id)
        typed = read_form(PurposeForm, await request.form())
        try:
            form = validate(PurposeForm, typed, {})
        except InvalidInput as error:
            return await page(request, uow, record, opened=None, typed=typed, error=error)
        opened = await _open(kind, uow, officer, record_id, form)
        return await page(request, uow, record, opened=opened, typed=typed, error=None)

    @router.post(f"/api{url}", responses=refusals(NotFound), name=f"{kind.ledger.key}-body-json")
    async def show_json(record_id: UUID, form: PurposeForm, uow: WriteUow, officer: CurrentOfficer) -> BodyOut:
        """Open a clue's body. Who, when and why is kept in the audit log of the same transaction."""
        return await _open(kind, uow, officer, record_id, form)

    return router
