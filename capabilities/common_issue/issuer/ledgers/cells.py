"""Values several registers of this side show alike."""

from collections.abc import Sequence
from typing import Any

from capabilities.inspection import register
from nodekit.unit_of_work import UnitOfWork


def category(row: Any, _uow: UnitOfWork) -> str:
    return register.category_label(row.category)


def spread(row: Any, _uow: UnitOfWork) -> str:
    return f"{row.offices}个地区(单位)/{row.units}家"


async def by_category(_uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    return register.category_choices()


def unit_mark(row: Any, _uow: UnitOfWork) -> str:
    """Enough of the pseudonym to tell the units of one office apart on screen."""
    return str(row.unit)[:6].upper()
