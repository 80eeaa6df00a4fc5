"""Every SELECT of the issuing side."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from capabilities.shared_list.domain.states import OPEN_UPSTREAM, Copy
from capabilities.shared_list.issuer.models import (
    AskedExtension,
    BasisPaper,
    CollectedProposal,
    FiledItem,
    Filing,
    FilingComment,
    IssuedCopy,
    IssuedItem,
    IssuedList,
    ListKind,
    Solicited,
)
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork

RowT = TypeVar("RowT")
LISTS_SHOWN_MAX = 500


async def get(uow: UnitOfWork, model: type[RowT], record_id: UUID) -> RowT:
    """One record, locked for change.

    Raises:
        NotFound: there is none.
    """
    row = await uow.session.get(model, record_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


async def _all(uow: UnitOfWork, statement: Select[RowT]) -> Sequence[RowT]:
    return (await uow.session.scalars(statement)).all()


async def list_items(uow: UnitOfWork, issued_list_id: UUID) -> Sequence[IssuedItem]:
    """Items of a version in order, removed ones left out."""
    mine = (IssuedItem.issued_list_id == issued_list_id, IssuedItem.status != "removed")
    return await _all(uow, select(IssuedItem).where(*mine).order_by(IssuedItem.position))


async def last_position(uow: UnitOfWork, issued_list_id: UUID) -> int:
    """Position of the last item ever entered, removed ones included; -1 when there is none."""
    found = await uow.session.scalar(select(func.max(IssuedItem.position)).where(IssuedItem.issued_list_id == issued_list_id))
    return -1 if found is None else found


async def list_basis(uow: UnitOfWork, issued_list_id: UUID) -> Sequence[BasisPaper]:
    return await _all(uow, select(BasisPaper).where(BasisPaper.issued_list_id == issued_list_id).order_by(BasisPaper.position))


async def find_open_version(uow: UnitOfWork, list_id: UUID) -> IssuedList | None:
    """The version of a list being made now."""
    return await uow.session.scalar(select(IssuedList).where(IssuedList.list_id == list_id, IssuedList.status.in_(OPEN_UPSTREAM)))


async def find_in_force(uow: UnitOfWork, list_id: UUID) -> IssuedList | None:
    """The published version of a list, locked for change."""
    return await uow.session.scalar(select(IssuedList).where(IssuedList.list_id == list_id, IssuedList.status == "published").with_for_update())


async def list_in_force_for(uow: UnitOfWork, round_id: UUID) -> Sequence[IssuedList]:
    """Published versions made for a round, locked for change."""
    return await _all(uow, select(IssuedList).where(IssuedList.round_id == round_id, IssuedList.status == "published").with_for_update())


async def find_version(uow: UnitOfWork, list_id: UUID, number: int) -> IssuedList | None:
    return await uow.session.scalar(select(IssuedList).where(IssuedList.list_id == list_id, IssuedList.number == number))


async def last_number(uow: UnitOfWork, list_id: UUID) -> int:
    return await uow.session.scalar(select(func.max(IssuedList.number)).where(IssuedList.list_id == list_id)) or 0


async def list_solicited(uow: UnitOfWork, issued_list_id: UUID) -> Sequence[Solicited]:
    return await _all(uow, select(Solicited).where(Solicited.issued_list_id == issued_list_id).order_by(Solicited.office))


async def list_copies(uow: UnitOfWork, issued_list_id: UUID) -> Sequence[IssuedCopy]:
    return await _all(uow, select(IssuedCopy).where(IssuedCopy.issued_list_id == issued_list_id).order_by(IssuedCopy.office))


async def find_copy(uow: UnitOfWork, list_id: UUID, number: int, office: str) -> IssuedCopy | None:
    """The copy an office says something about, locked for change."""
    mine = (IssuedCopy.list_id == list_id, IssuedCopy.number == number, IssuedCopy.office == office)
    return await uow.session.scalar(select(IssuedCopy).where(*mine).with_for_update())


async def list_proposals(uow: UnitOfWork, list_id: UUID) -> Sequence[CollectedProposal]:
    """Proposals made about a list, newest first."""
    mine = select(CollectedProposal).where(CollectedProposal.list_id == list_id).order_by(CollectedProposal.created_at.desc())
    return await _all(uow, mine.limit(LISTS_SHOWN_MAX))


async def find_proposal(uow: UnitOfWork, office: str, proposal_id: UUID) -> CollectedProposal | None:
    mine = (CollectedProposal.office == office, CollectedProposal.proposal_id == proposal_id)
    return await uow.session.scalar(select(CollectedProposal).where(*mine))


async def find_filing(uow: UnitOfWork, copy_id: UUID, revision: int) -> Filing | None:
    mine = (Filing.copy_id == copy_id, Filing.revision == revision)
    return await uow.session.scalar(select(Filing).where(*mine).with_for_update())


async def list_filings(uow: UnitOfWork, copy_id: UUID) -> Sequence[Filing]:
    return await _all(uow, select(Filing).where(Filing.copy_id == copy_id).order_by(Filing.revision).with_for_update())


async def list_filed_items(uow: UnitOfWork, filing_id: UUID) -> Sequence[FiledItem]:
    return await _all(uow, select(FiledItem).where(FiledItem.filing_id == filing_id).order_by(FiledItem.number))


async def list_comments(uow: UnitOfWork, filing_id: UUID) -> Sequence[FilingComment]:
    return await _all(uow, select(FilingComment).where(FilingComment.filing_id == filing_id).order_by(FilingComment.at))


async def list_kinds(uow: UnitOfWork, *, active_only: bool = True) -> Sequence[ListKind]:
    statement = select(ListKind).order_by(ListKind.created_at, ListKind.code)
    return await _all(uow, statement.where(ListKind.status == "active") if active_only else statement)


async def find_kind(uow: UnitOfWork, code: str) -> ListKind | None:
    return await uow.session.scalar(select(ListKind).where(ListKind.code == code))


async def find_extension(uow: UnitOfWork, message_id: UUID) -> AskedExtension | None:
    return await uow.session.scalar(select(AskedExtension).where(AskedExtension.message_id == message_id))


async def find_open_extension(uow: UnitOfWork, copy_id: UUID) -> AskedExtension | None:
    return await uow.session.scalar(select(AskedExtension).where(AskedExtension.copy_id == copy_id, AskedExtension.status == "requested"))


async def count(uow: UnitOfWork, model: type[Any], *where: Any) -> int:
    return await uow.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


async def unsigned_copies(uow: UnitOfWork, limit: int) -> Sequence[IssuedCopy]:
    """Copies still unsigned, most urgent first."""
    return await _all(uow, select(IssuedCopy).where(IssuedCopy.status == Copy.SENT).order_by(IssuedCopy.sign_due_on).limit(limit))


async def sign_tally(uow: UnitOfWork) -> Sequence[tuple[str, int, int]]:
    """(round, copies sent, copies signed in time); withdrawn lists do not count."""
    in_time = func.count().filter(IssuedCopy.signed_on <= IssuedCopy.sign_due_on)
    counted = select(IssuedCopy.round_label, func.count(), in_time).where(IssuedCopy.status != Copy.WITHDRAWN).group_by(IssuedCopy.round_label)
    rows = await uow.session.execute(counted.order_by(IssuedCopy.round_label))
    return [(label, sent, signed) for label, sent, signed in rows]


async def adoption_tally(uow: UnitOfWork) -> Sequence[tuple[str, int, int, int, int]]:
    """(round, adopted, modified, dropped, added) over the newest filed version of every list and office."""
    newest = (
        select(IssuedCopy.round_label, IssuedCopy.adopted, IssuedCopy.modified, IssuedCopy.dropped, IssuedCopy.added)
        .where(IssuedCopy.filed_on.is_not(None), IssuedCopy.status != Copy.WITHDRAWN)
        .ext(distinct_on(IssuedCopy.list_id, IssuedCopy.office))
        .order_by(IssuedCopy.list_id, IssuedCopy.office, IssuedCopy.number.desc())
        .subquery()
    )
    sums = [func.sum(newest.c[name]) for name in ("adopted", "modified", "dropped", "added")]
    rows = await uow.session.execute(select(newest.c.round_label, *sums).group_by(newest.c.round_label).order_by(newest.c.round_label))
    return [(row[0], int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows]


async def items_by_key(uow: UnitOfWork, issued_list_id: UUID) -> dict[UUID, IssuedItem]:
    return {item.item_key: item for item in await list_items(uow, issued_list_id)}


async def filings_of_list(uow: UnitOfWork, issued_list_id: UUID) -> Sequence[Filing]:
    """Filings on a version that arrived whole, newest first."""
    mine = (Filing.issued_list_id == issued_list_id, Filing.status != "incoming")
    return await _all(uow, select(Filing).where(*mine).order_by(Filing.created_at.desc()))
