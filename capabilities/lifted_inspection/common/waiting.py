"""Papers that wait for a signature, for the workbench and the menu."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from capabilities.lifted_inspection.domain.words import PaperKind
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

TODOS_MAX = 100
SOON_DAYS = 7


async def count(uow: UnitOfWork, model: Any, statuses: Sequence[str]) -> int:
    return int(await uow.session.scalar(sa.select(sa.func.count()).select_from(model).where(model.status.in_(statuses))) or 0)


async def rows_in(uow: UnitOfWork, model: Any, statuses: Sequence[str]) -> Sequence[Any]:
    return (await uow.session.scalars(sa.select(model).where(model.status.in_(statuses)).order_by(model.created_at).limit(TODOS_MAX))).all()


def kind_of(due_on: date | None, today: date, otherwise: str) -> str:
    """已超期 or 将到期 when the day says so."""
    if due_on is not None and due_on < today:
        return "已超期"
    return "将到期" if due_on is not None and otherwise == "待办" and (due_on - today).days <= SOON_DAYS else otherwise


async def paper_todos(uow: UnitOfWork, model: Any, url: str) -> list[Todo]:
    rows = await rows_in(uow, model, ("sent",))
    return [
        Todo(f"{PaperKind.label_of(row.kind)} {row.document_number} 待签收", f"{url}/{row.id}", kind_of(row.sign_due_on, uow.today, "待签收"), row.sign_due_on, "提级交叉文书签收")
        for row in rows
    ]
