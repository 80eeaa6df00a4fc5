"""Files of a clue: attached before it is sealed, handed out through the same door as the body, with a reason kept in the audit log."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from capabilities.clue_transfer.common.confidential import must_read
from capabilities.clue_transfer.common.reading import PurposeForm, Reading
from nodekit.errors import NodeError, NotFound, StepNotAllowed
from nodekit.files import files_of, forget_file, name_of, store_file
from nodekit.files.checks import ACCEPT
from nodekit.files.handing_out import download
from nodekit.files.models import StoredFile
from nodekit.files.upload import one_upload, read_upload
from nodekit.identity.csrf import reads_own_form
from nodekit.identity.session import CurrentOfficer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow, WriteUow, node_of
from nodekit.web.forms import read_form, validate
from nodekit.web.templating import render


@dataclass(frozen=True)
class Attaching:
    """Who may attach to which clues."""

    reading: Reading
    permission: str
    editable: frozenset[str]


async def _file(uow: UnitOfWork, record: Any, file_id: UUID) -> StoredFile:
    found = next((file for file in await files_of(uow, record) if file.id == file_id), None)
    if found is None:
        raise NotFound("该附件")
    return found


def handing_out_router(kind: Reading) -> APIRouter:
    """POST hands a file out: who, which one and why are kept before the first byte leaves."""
    router = APIRouter(tags=[kind.ledger.title])

    @router.post(f"{kind.ledger.url}/{{record_id}}/files/{{file_id}}", include_in_schema=False, name=f"{kind.ledger.key}-file")
    async def hand_out(request: Request, record_id: UUID, file_id: UUID, uow: WriteUow, officer: CurrentOfficer) -> Response:
        permit(uow, officer, kind.ledger.permission)
        record = await load(kind.ledger, uow, officer, record_id)
        must_read(officer, record, kind.may_read)
        form = validate(PurposeForm, read_form(PurposeForm, await request.form()), {})
        file = await _file(uow, record, file_id)
        answer = download(uow.node, file, await name_of(uow, file))
        await uow.audit(f"{type(record).__table__.schema}.file_read", subject=str(record.id), file=str(file.id), reason=form.sentence)
        return answer

    return router


def attaching_router(kind: Attaching) -> APIRouter:
    """The form that takes a file, and the way back out before the clue is sealed."""
    ledger = kind.reading.ledger
    router = APIRouter(tags=[ledger.title])
    url = f"{ledger.url}/{{record_id}}/files"

    async def editable(uow: UnitOfWork, officer: Any, record_id: UUID, *, lock: bool = False) -> Any:
        permit(uow, officer, kind.permission)
        record = await load(ledger, uow, officer, record_id, lock=lock)
        if record.status not in kind.editable or record.body is None:
            raise StepNotAllowed(ledger.machine.label(record.status) if ledger.machine else "", "上传附件", state=record.status)
        return record

    async def page(request: Request, uow: UnitOfWork, record: Any, error: NodeError | None = None) -> HTMLResponse:
        return await render(
            request, uow, "clue_transfer/attach.html", status=error.status if error else 200, ledger=ledger, row=record, error=error, accept=ACCEPT,
            files=await files_of(uow, record),
        )

    @router.get(url, response_class=HTMLResponse, include_in_schema=False, name=f"{ledger.key}-files")
    async def ask(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
        return await page(request, uow, await editable(uow, officer, record_id))

    @router.post(url, include_in_schema=False, name=f"{ledger.key}-attach")
    @reads_own_form
    async def attach(request: Request, record_id: UUID, officer: CurrentOfficer) -> Response:
        """No transaction is open while a slow line sends the file."""
        node = node_of(request)
        async with one_upload(node):
            uploaded = await read_upload(request)
            try:
                async with node.unit_of_work(officer) as uow:
                    record = await editable(uow, officer, record_id, lock=True)
                    file = await store_file(uow, record, uploaded.name, uploaded.contents)
                    await uow.log(record, "attached", "上传附件", before=record.status, note=f"{file.kind},{file.size_bytes // 1024 + 1} KB")
            except NodeError as error:
                async with node.reading(officer) as uow:
                    return await page(request, uow, await editable(uow, officer, record_id), error)
        return RedirectResponse(f"{ledger.record_url(record_id)}/files", status_code=303)

    @router.post(f"{url}/{{file_id}}/remove", include_in_schema=False, name=f"{ledger.key}-detach")
    async def detach(record_id: UUID, file_id: UUID, uow: WriteUow, officer: CurrentOfficer) -> Response:
        record = await editable(uow, officer, record_id, lock=True)
        forget_file(uow, await _file(uow, record, file_id))
        await uow.log(record, "detached", "移除附件", before=record.status)
        return RedirectResponse(f"{ledger.record_url(record_id)}/files", status_code=303)

    return router
