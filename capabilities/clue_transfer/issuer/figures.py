"""Figures from the issuer's rows. The issuing office is their only counting owner: the desk's own counts go to the observer for comparison."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.issuer import queries
from capabilities.clue_transfer.issuer.models import Clue
from nodekit.spec import Figure, FigureSource
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell, Period, PeriodKind

_SUM = "受理机关反馈的累计数之和,按移交年度归集。"
FIGURES = (
    Figure("clues_transferred", "移交问题线索", "件", "当年移交并经对方签收的线索件数。", sealed=True),
    Figure("clue_sign_ontime", "线索签收及时率", "%", "期限内签收件数 ÷ 当年移交件数(撤回、作废除外)。", sealed=True),
    Figure("clue_disposed_rate", "线索处置率", "%", "已有处置意见件数 ÷ 当年移交并签收件数。", sealed=True),
    Figure("clue_by_disposition", "四类处置构成", "件", "按谈话函询、初步核实、暂存待查、予以了结分别计数。", sealed=True),
    Figure("clue_feedback_ontime", "线索反馈及时率", "%", "首次反馈不晚于期限的件数 ÷ 已反馈或已到期件数。", sealed=True),
    Figure("case_filed", "立案", "人", _SUM, sealed=True),
    Figure("detained", "留置", "人", _SUM, sealed=True),
    Figure("expelled", "双开", "人", _SUM, sealed=True),
    Figure("to_judiciary", "移送司法", "人", _SUM, sealed=True),
    Figure("discipline_persons", "党纪政务处分和诫勉", "人", _SUM, sealed=True),
    Figure("leaders_adjusted", "调整领导班子人员", "人", _SUM, sealed=True),
    Figure("money_recovered", "收缴挽回资金", "万元", _SUM, sealed=True),
)
OUTCOME_UNITS = {figure.code: figure.unit for figure in FIGURES[5:]}


async def compute(uow: UnitOfWork) -> Sequence[Cell]:
    """All cells, one set per year of handing over."""
    by_year: dict[int, list[Clue]] = defaultdict(list)
    for row in await queries.handed_over(uow):
        if row.sent_on is not None:
            by_year[row.sent_on.year].append(row)
    return [cell for year, rows in sorted(by_year.items()) for cell in _of_year(uow, year, rows)]


def _of_year(uow: UnitOfWork, year: int, rows: list[Clue]) -> list[Cell]:
    period = Period(kind=PeriodKind.YEAR, label=str(year))
    counts = domain.tally(queries.contribution(row) for row in rows)
    due = sum(_feedback_counts(row, uow) for row in rows)
    cells = [
        Cell(indicator="clues_transferred", period=period, value=Decimal(counts["signed"]), unit="件"),
        _rate("clue_sign_ontime", period, counts["signed_on_time"], counts["transferred"]),
        _rate("clue_disposed_rate", period, counts["disposed"], counts["signed"]),
        _rate("clue_feedback_ontime", period, counts["fed_back_on_time"], due),
    ]
    for code, _label in domain.Disposition.choices():
        cells.append(Cell(indicator="clue_by_disposition", dimensions={"disposition": code}, period=period, value=Decimal(counts[f"disposed_{code}"]), unit="件"))
    for code, unit in OUTCOME_UNITS.items():
        cells.append(Cell(indicator=code, period=period, value=Decimal(sum(getattr(row, code) for row in rows)), unit=unit))
    return cells


def _feedback_counts(row: Clue, uow: UnitOfWork) -> bool:
    """A clue belongs to the feedback rate once it was fed back, or its first day for it is past."""
    return row.first_fed_back_on is not None or (row.first_feedback_due_on is not None and row.first_feedback_due_on < uow.today)


def _rate(code: str, period: Period, part: int, whole: int) -> Cell:
    value = (Decimal(100) * part / whole).quantize(Decimal("0.1")) if whole else None
    return Cell(indicator=code, period=period, value=value, unit="%", numerator=Decimal(part), denominator=Decimal(whole))


SOURCES = (FigureSource(FIGURES, compute),)
