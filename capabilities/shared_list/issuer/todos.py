"""What waits on the issuing side, for 工作台 and the menu."""

from collections.abc import Sequence

from sqlalchemy import select

from capabilities.shared_list.domain.states import Copy, Upstream
from capabilities.shared_list.issuer import permissions, queries
from capabilities.shared_list.issuer.models import AskedExtension, CollectedProposal, Filing, IssuedCopy, IssuedList
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

SHOWN_MAX = 50
LATE = Copy.SENT, Copy.SIGNED, Copy.ADAPTING, Copy.ADAPTED, Copy.CONFIRMED, Copy.IN_USE


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Approvals for those who approve, answers and late offices for those who run the exchange."""
    found: list[Todo] = []
    if officer.may(permissions.APPROVE.code):
        found += await _versions(uow, Upstream.DRAFTING, "待审批", "待审批")
    if officer.may(permissions.PUBLISH.code):
        found += await _versions(uow, Upstream.APPROVED, "待办", "待发布")
    if officer.may(permissions.ANSWER.code):
        found += await _answers(uow)
    if officer.may(permissions.URGE.code):
        found += await _late(uow)
    return found


async def count_published(uow: UnitOfWork, _officer: Officer) -> int:
    """Versions approved and waiting to go out."""
    return await queries.count(uow, IssuedList, IssuedList.status == Upstream.APPROVED)


async def count_overdue_copies(uow: UnitOfWork, _officer: Officer) -> int:
    """Offices that should have signed by now."""
    return await queries.count(uow, IssuedCopy, IssuedCopy.status == Copy.SENT, IssuedCopy.sign_due_on < uow.today)


async def count_open_proposals(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, CollectedProposal, CollectedProposal.status == "received")


async def count_new_filings(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, Filing, Filing.status == "filed")


async def count_open_extensions(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, AskedExtension, AskedExtension.status == "requested")


async def _versions(uow: UnitOfWork, state: Upstream, kind: str, word: str) -> list[Todo]:
    rows = await uow.session.scalars(select(IssuedList).where(IssuedList.status == state).order_by(IssuedList.updated_at.desc()).limit(SHOWN_MAX))
    return [Todo(f"{word}:《{row.name}》", f"/shared-list/issued/{row.id}", kind, source="清单发布") for row in rows]


async def _answers(uow: UnitOfWork) -> list[Todo]:
    name = uow.node.directory.short_name
    proposals = await uow.session.scalars(select(CollectedProposal).where(CollectedProposal.status == "received").limit(SHOWN_MAX))
    filings = await uow.session.scalars(select(Filing).where(Filing.status == "filed").limit(SHOWN_MAX))
    extensions = await uow.session.scalars(select(AskedExtension).where(AskedExtension.status == "requested").limit(SHOWN_MAX))
    return [
        *(
            Todo(f"{name(row.office)}对《{row.list_name}》的建议待研究", f"/shared-list/proposals/{row.id}", "待办", source="意见建议")
            for row in proposals
        ),
        *(
            Todo(f"{name(row.office)}报备《{row.list_name}》{row.local_version}", f"/shared-list/filings/{row.id}", "消息", source="改编备案")
            for row in filings
        ),
        *(
            Todo(f"{name(row.office)}申请《{row.list_name}》延期报备", f"/shared-list/extensions/{row.id}", "待审批", source="延期申请")
            for row in extensions
        ),
    ]


async def _late(uow: UnitOfWork) -> list[Todo]:
    name = uow.node.directory.short_name
    late = select(IssuedCopy).where(IssuedCopy.status.in_(LATE), (IssuedCopy.sign_due_on < uow.today) | (IssuedCopy.adapt_due_on < uow.today))
    found = []
    for copy in await uow.session.scalars(late.order_by(IssuedCopy.sign_due_on).limit(SHOWN_MAX)):
        unsigned = copy.status == Copy.SENT
        due_on = copy.sign_due_on if unsigned else copy.adapt_due_on
        if due_on is not None and due_on < uow.today:
            what = "签收" if unsigned else "报备"
            found.append(
                Todo(f"{name(copy.office)}未按期{what}《{copy.list_name}》", f"/shared-list/copies/{copy.id}", "已超期", due_on, "签收与采用")
            )
    return found
