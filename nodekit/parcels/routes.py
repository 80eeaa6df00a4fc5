"""收发台账 → 离线交换: 导出数据包, 导入数据包, 登记介质已清除."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select, update

from nodekit.delivery.tables import out_channel, outbox
from nodekit.errors import NotFound
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.parcels.errors import ParcelDamaged
from nodekit.parcels.form import FILE_BYTES_MAX
from nodekit.parcels.packing import Carrying, make_parcel
from nodekit.parcels.sentences import taken_sentence
from nodekit.parcels.standing import exclusively, list_parcels
from nodekit.parcels.tables import parcel
from nodekit.parcels.taking import take_parcel
from nodekit.web import flash
from nodekit.web.edge import ReadUow, WriteUow, node_of
from nodekit.web.templating import render

router = APIRouter(prefix="/ops/parcels", include_in_schema=False)
Reader = Annotated[Officer, require("exchange.read")]
Carrier = Annotated[Officer, require("parcels.exchange")]


@router.get("", response_class=HTMLResponse)
async def parcels_page(request: Request, uow: ReadUow, _officer: Reader) -> HTMLResponse:
    """What was exchanged, and the two forms."""
    offline = set(uow.node.settings.offline_offices)
    others = [office.id for office in uow.node.directory.all() if office.id != uow.office]
    unheld = select(outbox.c.dst, func.count()).outerjoin(out_channel, out_channel.c.dst == outbox.c.dst)
    unheld = unheld.where((outbox.c.seq.is_(None)) | (outbox.c.seq > out_channel.c.peer_cursor)).group_by(outbox.c.dst)
    return await render(
        request, uow, "parcels/parcels.html", rows=await list_parcels(uow.session),
        offices=sorted(((office, office in offline) for office in others), key=lambda pair: not pair[1]),
        waiting={row[0]: row[1] for row in await uow.session.execute(unheld)},
    )


@router.post("/out")
async def pack(
    request: Request, officer: Carrier, peer: Annotated[str, Form(max_length=63)], media: Annotated[str, Form(min_length=1, max_length=60)],
    carrier: Annotated[str, Form(min_length=1, max_length=60)], again_from: Annotated[str, Form(max_length=12)] = "",
) -> Response:
    """The file, noted and audited before it leaves."""
    async with exclusively(node_of(request), officer) as (uow, store):
        packed = await make_parcel(uow, store, peer, Carrying(media, carrier), again_from=int(again_from) if again_from.isdecimal() else 0)
    return Response(packed.data, media_type="application/octet-stream", headers={
        "Content-Disposition": f'attachment; filename="{packed.name}"', "Cache-Control": "no-store",
    })


@router.post("/in")
async def take(request: Request, officer: Carrier, file: UploadFile, media: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Verify and store; handlers follow by themselves."""
    node_of(request).space.require()
    data = await file.read(FILE_BYTES_MAX + 1)
    if len(data) > FILE_BYTES_MAX:
        raise ParcelDamaged("parcel.too_large")
    node = node_of(request)
    async with exclusively(node, officer) as (uow, store):
        taken = await take_parcel(uow, store, data, media=media)
    return flash.redirect("/ops/parcels", [taken_sentence(taken, node.directory.name(taken.peer))])


@router.post("/{parcel_id}/wiped")
async def wiped(parcel_id: int, uow: WriteUow, _officer: Carrier) -> Response:
    """The medium was cleared; last step of its life."""
    done = await uow.session.execute(update(parcel).where(parcel.c.id == parcel_id, parcel.c.wiped_at.is_(None)).values(wiped_at=uow.now).returning(parcel.c.media))
    row = done.first()
    if row is None:
        raise NotFound("该交换记录")
    await uow.audit("parcels.wiped", subject=str(parcel_id), media=row.media)
    return flash.redirect("/ops/parcels", ["已登记介质清除。"])

