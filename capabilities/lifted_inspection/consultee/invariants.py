"""Rules watched in production at a desk."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.lifted_inspection.consultee.models import Opinion
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def asked_by_the_office_beside(uow: UnitOfWork) -> Sequence[str]:
    """Nobody but the office beside this desk consults it."""
    beside = uow.node.directory.inspection_of(uow.office).id
    rows = await uow.session.scalars(sa.select(Opinion.document_number).where(Opinion.origin != beside))
    return [f"会商函 {number} 不是本级巡视巡察办发来的。" for number in rows]


INVARIANTS = (Invariant("lifted_inspection.asked_by_the_office_beside", asked_by_the_office_beside),)
