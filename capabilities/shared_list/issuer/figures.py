"""Figures of the issuing side: how lists are adopted below, and whether they are signed for in time."""

from collections.abc import Sequence
from decimal import Decimal

from capabilities.shared_list.domain.states import Decision
from capabilities.shared_list.issuer import queries
from nodekit.spec import Figure, FigureSource
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell, Period, PeriodKind, Scope

ADOPTION = Figure(
    "list_adoption",
    "清单采用构成",
    "%",
    "各单位最新一次报备中,采用、修改、删去的条目数 ÷ 已定的上级条目数;新增为本地新增条目数 ÷ 已定的上级条目数,单列,不计入分母。撤回的清单不计。",
)
SIGN_ONTIME = Figure("list_sign_ontime", "清单签收及时率", "%", "在签收期限内签收的份数 ÷ 下发的份数(一单位一版为一份);撤回的清单不计。")
_PERCENT = Decimal(100)


async def compute(uow: UnitOfWork) -> Sequence[Cell]:
    """One cell per round and decision, one per round for signing."""
    cells = []
    for round_label, adopted, modified, dropped, added in await queries.adoption_tally(uow):
        whole = adopted + modified + dropped
        parts = {Decision.ADOPT: adopted, Decision.MODIFY: modified, Decision.DROP: dropped, Decision.ADD: added}
        cells += [_rate(ADOPTION.code, round_label, part, whole, {"decision": decision.value}) for decision, part in parts.items()]
    for round_label, sent, in_time in await queries.sign_tally(uow):
        cells.append(_rate(SIGN_ONTIME.code, round_label, in_time, sent, {}))
    return cells


def _rate(indicator: str, round_label: str, part: int, whole: int, dimensions: dict[str, str]) -> Cell:
    value = (_PERCENT * part / whole).quantize(Decimal("0.1")) if whole else None
    period = Period(kind=PeriodKind.ROUND, label=round_label) if round_label else Period(kind=PeriodKind.UNSTATED)
    return Cell(
        indicator=indicator,
        dimensions=dimensions,
        scope=Scope.SUBORDINATE,
        period=period,
        value=value,
        unit="%",
        numerator=Decimal(part),
        denominator=Decimal(whole),
    )


SOURCE = FigureSource(figures=(ADOPTION, SIGN_ONTIME), compute=compute)
