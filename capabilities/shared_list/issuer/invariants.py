"""Rules watched in production on the issuing side."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from capabilities.shared_list.domain.states import Copy
from capabilities.shared_list.issuer.models import FiledItem, Filing, IssuedCopy, IssuedList
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork

QUIET_DAYS_MAX = 10
"""A list unsigned this long after its day without anybody urging is a list forgotten."""


async def published_lists_have_copies(uow: UnitOfWork) -> Sequence[str]:
    """A published version that went to nobody was not published."""
    copies = select(IssuedCopy.issued_list_id)
    rows = await uow.session.scalars(select(IssuedList).where(IssuedList.status == "published", IssuedList.id.not_in(copies)))
    return [f"《{row.name}》显示已发布,但没有任何下发单位。" for row in rows]


async def late_copies_are_urged(uow: UnitOfWork) -> Sequence[str]:
    """An unsigned copy long past its day has been urged."""
    day = uow.today - timedelta(days=QUIET_DAYS_MAX)
    forgotten = select(IssuedCopy).where(IssuedCopy.status == Copy.SENT, IssuedCopy.sign_due_on < day, IssuedCopy.urged_times == 0)
    name = uow.node.directory.name
    return [f"{name(row.office)}超期{QUIET_DAYS_MAX}天以上未签收《{row.list_name}》,且从未催办。" for row in await uow.session.scalars(forgotten)]


async def filing_counts_match_rows(uow: UnitOfWork) -> Sequence[str]:
    """The counts of a complete filing are those of its rows."""
    counted = select(FiledItem.filing_id, func.count().label("rows")).group_by(FiledItem.filing_id).subquery()
    expected = Filing.modified + Filing.dropped + Filing.added
    wrong = (
        select(Filing)
        .outerjoin(counted, counted.c.filing_id == Filing.id)
        .where(Filing.status != "incoming", expected != func.coalesce(counted.c.rows, 0))
    )
    return [
        f"{uow.node.directory.name(row.office)}报备的《{row.list_name}》{row.local_version}计数与明细不一致。"
        for row in await uow.session.scalars(wrong)
    ]


ALL = (
    Invariant("shared_list.published_lists_have_copies", published_lists_have_copies),
    Invariant("shared_list.late_copies_are_urged", late_copies_are_urged),
    Invariant("shared_list.filing_counts_match_rows", filing_counts_match_rows),
)
