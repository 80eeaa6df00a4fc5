"""Figures from the issuer's rows, by year; and the cells of the heat table."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from capabilities.common_issue.issuer.models import Campaign, Copy, Issue, PooledFinding
from nodekit.spec import Figure, FigureSource
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell, Period, PeriodKind

FIGURES = (
    Figure("common_issues", "共性问题", "条", "当年研判确认的共性问题数(并入其他问题的不计)。"),
    Figure("suggestion_letters", "巡察建议函", "份", "当年印发的建议函份数(撤回、作废、被替代除外),一个主送单位一份。"),
    Figure("copy_notices", "抄告单", "份", "当年印发的抄告单份数(撤回、作废、被替代除外),一个主送单位一份。"),
    Figure("circulars_naming", "通报单位", "个", "当年共性问题通报主送的单位数(撤回、作废、被替代除外),同一单位计一次。"),
    Figure("reply_rate", "函件回复率", "%", "已报结果的份数 ÷ 当年印发且已报结果或已到期的份数。"),
    Figure("special_governance", "专项治理", "项", "当年部署的专项治理数;建章立制按制度数计。"),
    Figure("common_issue_findings", "列入共性问题的问题", "个", "已列入共性问题的上报问题,按类别和报送单位计数。"),
)
_GONE = ("withdrawn", "voided", "superseded")


async def compute(uow: UnitOfWork) -> Sequence[Cell]:
    """All cells of all years, and the heat table as of now."""
    issues = (await uow.session.scalars(sa.select(Issue).where(Issue.status != "merged"))).all()
    copies = (await uow.session.scalars(sa.select(Copy).where(Copy.status.not_in(_GONE)))).all()
    campaigns = (await uow.session.scalars(sa.select(Campaign).where(Campaign.status != "voided"))).all()
    years = sorted({row.confirmed_on.year for row in issues} | {row.issued_on.year for row in copies} | {row.launched_on.year for row in campaigns})
    cells = [
        cell
        for year in years
        for cell in _of_year(
            uow, year, [row for row in issues if row.confirmed_on.year == year], [row for row in copies if row.issued_on.year == year],
            [row for row in campaigns if row.launched_on.year == year],
        )
    ]
    now = Period(kind=PeriodKind.AS_OF, label=uow.today.isoformat())
    for (office, code), number in sorted((await heat(uow)).items()):
        cells.append(_count("common_issue_findings", now, number, "个", {"category": code, "office": office}))
    return cells


async def heat(uow: UnitOfWork) -> dict[tuple[str, str], int]:
    """Findings in common issues by (reporting office, category)."""
    statement = sa.select(PooledFinding.origin, PooledFinding.category, sa.func.count()).where(PooledFinding.status == "in_issue").group_by(PooledFinding.origin, PooledFinding.category)
    return {(origin, code): number for origin, code, number in await uow.session.execute(statement)}


def _of_year(uow: UnitOfWork, year: int, issues: Sequence[Issue], copies: Sequence[Copy], campaigns: Sequence[Campaign]) -> list[Cell]:
    period = Period(kind=PeriodKind.YEAR, label=str(year))
    kinds = Counter(copy.kind for copy in copies)
    cells = [
        _count("common_issues", period, len(issues), "条"),
        _count("suggestion_letters", period, kinds["suggestion_letter"], "份"),
        _count("copy_notices", period, kinds["copy_notice"], "份"),
        _count("circulars_naming", period, len({copy.recipient for copy in copies if copy.kind == "circular"}), "个"),
        _count("special_governance", period, len(campaigns), "项"),
        _count("special_governance", period, sum(row.institutions for row in campaigns), "项", {"measure": "institutions"}),
    ]
    cells += [_count("common_issues", period, number, "条", {"category": code}) for code, number in sorted(Counter(row.category for row in issues).items())]
    replied = sum(copy.first_result_on is not None for copy in copies)
    due = sum(copy.first_result_on is not None or copy.result_due_on < uow.today for copy in copies)
    value = (Decimal(100) * replied / due).quantize(Decimal("0.1")) if due else None
    cells.append(Cell(indicator="reply_rate", period=period, value=value, unit="%", numerator=Decimal(replied), denominator=Decimal(due)))
    return cells


def _count(code: str, period: Period, number: int, unit: str, dimensions: dict[str, Any] | None = None) -> Cell:
    return Cell(indicator=code, period=period, value=Decimal(number), unit=unit, dimensions=dimensions or {})


SOURCES = (FigureSource(FIGURES, compute),)
