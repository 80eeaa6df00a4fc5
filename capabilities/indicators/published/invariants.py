"""Rules watched in production on published figures."""

from collections.abc import Sequence

from capabilities.indicators.published import queries
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def one_name_per_region(uow: UnitOfWork) -> Sequence[str]:
    return [f"区划代码 {code} 有两个名称。" for code in await queries.regions_named_twice(uow)]


async def a_correction_has_its_successor(uow: UnitOfWork) -> Sequence[str]:
    """A superseded version is never the last one."""
    return [f"公开数据 {figure} 的更正版本缺失。" for figure in await queries.broken_lines(uow)]


INVARIANTS = (
    Invariant("indicators.one_name_per_region", one_name_per_region), Invariant("indicators.a_correction_has_its_successor", a_correction_has_its_successor),
)
