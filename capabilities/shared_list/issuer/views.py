"""Values prepared for the issuing side's pages: choices, the matrix of receivers, filed departures beside the published wording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capabilities.inspection import register
from capabilities.shared_list.domain.states import COPY, Decision
from capabilities.shared_list.domain.texts import Piece, text_diff
from capabilities.shared_list.issuer import queries
from capabilities.shared_list.issuer.models import Filing, IssuedCopy, IssuedItem, IssuedList
from capabilities.shared_list.issuer.options import IssuerOptions
from nodekit.deadlines import Light
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.detail import Delivery, delivery_of
from nodekit.web.ledger import Choice
from shared_schemas.states import State


async def office_choices(uow: UnitOfWork, _officer: Officer, _record: Any) -> list[Choice]:
    """Inspection offices this one may send lists to."""
    directory = uow.node.directory
    below = directory.descendants if uow.options(IssuerOptions).reaches_all_below else directory.children
    return [(office.id, office.name) for office in below(uow.office)]


async def kind_choices(uow: UnitOfWork, _officer: Officer | None = None, _record: Any = None) -> list[Choice]:
    return [(kind.code, kind.title) for kind in await queries.list_kinds(uow)]


async def item_kind_choices(uow: UnitOfWork, _officer: Officer | None = None, _record: Any = None) -> list[Choice]:
    """Kinds an item can belong to: bundles hold items of other kinds."""
    return [(kind.code, kind.title) for kind in await queries.list_kinds(uow) if not kind.bundle]


async def all_offices(uow: UnitOfWork, officer: Officer, record: Any) -> Mapping[str, Any]:
    """Forms start with every office chosen; a revised list goes to those who had the last version."""
    return {"offices": [value for value, _ in await office_choices(uow, officer, record)]}


async def solicit_start(uow: UnitOfWork, officer: Officer, record: Any) -> Mapping[str, Any]:
    due = uow.node.deadlines.due("shared_list.proposal", uow.today)
    return {**await all_offices(uow, officer, record), "due_on": due.on}


async def head_of(uow: UnitOfWork, _officer: Officer, record: IssuedList) -> Mapping[str, Any]:
    papers = await queries.list_basis(uow, record.id)
    basis = [{"title": paper.title, "serial": paper.serial, "issued_by": paper.issued_by} for paper in papers]
    return {"title": record.title, "kind": record.kind, "round_label": record.round_label, "round": str(record.round_id) if record.round_id else None, "note": record.note, "basis": basis}


async def round_choices(uow: UnitOfWork, _officer: Officer, _record: Any) -> list[Choice]:
    """Rounds of this office; none where inspection work is not composed."""
    if not any(part.name == "inspection.office" for part in uow.node.spec.slices):
        return []
    return [(str(one.id), f"{one.label}({one.status_label})") for one in await register.list_rounds(uow) if one.status != "voided"]


async def title_of(_uow: UnitOfWork, _officer: Officer, record: IssuedList) -> Mapping[str, Any]:
    return {"title": record.title}


async def item_values(uow: UnitOfWork, _officer: Officer, record: IssuedItem) -> Mapping[str, Any]:
    known = {item.item_key: item.number for item in await queries.list_items(uow, record.issued_list_id)}
    names = ("kind", "number", "section", "content", "basis", "locked")
    return {**{name: getattr(record, name) for name in names}, "links": "、".join(known[key] for key in record.links if key in known)}


async def kind_values(_uow: UnitOfWork, _officer: Officer, record: Any) -> Mapping[str, Any]:
    return {"title": record.title, "travels": record.travels, "note": record.note}


async def single_kind(uow: UnitOfWork, _officer: Officer, record: IssuedList) -> Mapping[str, Any]:
    """An item of a plain list belongs to that list's own kind."""
    kind = await queries.find_kind(uow, record.kind)
    return {} if kind is None or kind.bundle else {"kind": record.kind}


def sign_light(row: IssuedCopy, uow: UnitOfWork) -> Light:
    return uow.node.deadlines.light(row.sign_due_on, uow.today, done=row.signed_on is not None)


def adapt_light(row: IssuedCopy, uow: UnitOfWork) -> Light:
    """Nothing is due any more on a copy that ended."""
    ended = COPY.states[row.status].final
    return uow.node.deadlines.light(None if ended else row.adapt_due_on, uow.today, done=ended or row.filed_on is not None)


@dataclass(frozen=True)
class MatrixRow:
    """One receiver's line in the matrix of a published version."""

    copy: IssuedCopy
    state: State
    delivery: Delivery | None
    sign_light: Light
    adapt_light: Light
    adoption: str


async def list_context(uow: UnitOfWork, _officer: Officer, record: IssuedList) -> Mapping[str, Any]:
    """Receivers × delivered, signed, adapted, confirmed, filed, adoption ratio."""
    return {"matrix": [await _matrix_row(uow, copy) for copy in await queries.list_copies(uow, record.id)]}


async def _matrix_row(uow: UnitOfWork, copy: IssuedCopy) -> MatrixRow:
    return MatrixRow(
        copy=copy,
        state=COPY.states[copy.status],
        delivery=await delivery_of(uow, copy.event_id),
        sign_light=sign_light(copy, uow),
        adapt_light=adapt_light(copy, uow),
        adoption=adoption(copy),
    )


def composition(row: IssuedCopy | Filing) -> str:
    if row.adopted is None:
        return ""
    return f"采用{row.adopted} 修改{row.modified} 删去{row.dropped} 新增{row.added}"


def adoption(row: IssuedCopy | Filing) -> str:
    """Share adopted as published, with numerator and denominator beside it."""
    if row.adopted is None:
        return ""
    whole = row.adopted + (row.modified or 0) + (row.dropped or 0)
    return f"{row.adopted / whole:.1%}({row.adopted}/{whole})" if whole else "—"


@dataclass(frozen=True)
class Departure:
    """One filed departure beside the published wording."""

    number: str
    section: str
    decision: str
    tone: str
    old: str
    pieces: tuple[Piece, ...]
    basis: str
    reason: str


TONES = {Decision.MODIFY: "amber", Decision.DROP: "red", Decision.ADD: "blue"}


async def filing_context(uow: UnitOfWork, _officer: Officer, filing: Filing) -> Mapping[str, Any]:
    """The filed version as differences from the published one, and this office's comments."""
    published = await queries.items_by_key(uow, filing.issued_list_id)
    departures = []
    for item in await queries.list_filed_items(uow, filing.id):
        known, decision = published.get(item.item_key), Decision.of(item.decision)
        old = known.content if known else ""
        departures.append(
            Departure(
                number=item.number or (known.number if known else ""),
                section=item.section,
                decision=decision.label,
                tone=TONES.get(decision, "grey"),
                old=old,
                pieces=text_diff(old, item.content),
                basis=item.basis,
                reason=item.reason,
            )
        )
    return {"departures": departures, "comments": await queries.list_comments(uow, filing.id), "adoption": adoption(filing)}
