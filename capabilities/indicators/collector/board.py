"""What the dashboard shows, prepared: KPI cards, the table of tiers, exchanges, nodes. Charts are in charts.py."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from capabilities.indicators import catalogue
from capabilities.indicators.collector import charts, queries
from capabilities.indicators.collector.charts import Chart
from capabilities.indicators.collector.figures_view import Figure, explain, figure, trend, value_text
from capabilities.indicators.collector.nodes import NodeState, node_states
from capabilities.indicators.domain import Reading, add_up
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Precision
from shared_schemas.offices import Tier

KPIS = (
    "findings_total", "orgs_inspected", "coverage_rate", "rectification_rate", "rectification_overdue", "common_issues", "linkage_tasks", "clues_transferred",
    "suggestion_letters", "reply_rate", "linkage_findings", "linkage_decided_ontime",
)
CARDS = 8
"""As many as one line holds: the first ones that somebody told, in the order of KPIS."""
WORSE_WHEN_MORE = frozenset({"rectification_overdue", "rectification_reopened"})
TIER_COLUMNS = ("orgs_inspected", "findings_total", "coverage_rate", "common_issues", "clues_transferred", "linkage_tasks", "linkage_findings")
TREND_OF, TREND_DAYS = "findings_total", 84
SHORT_TITLES = {"linkage_tasks": "联动任务数", "linkage_findings": "联动发现问题"}
"""Where the catalogue's name is too long for a card."""


@dataclass(frozen=True)
class Kpi:
    """One card. `how` is the short 口径说明; the card's link opens the long one."""

    code: str
    title: str
    value: str
    unit: str = ""
    note: str = ""
    tone: str = ""
    url: str = ""
    how: str = ""


@dataclass(frozen=True)
class TierRow:
    """Numbers of one tier's offices themselves; nothing of theirs contains another's."""

    title: str
    offices: int
    silent: int
    values: tuple[tuple[str, str], ...]
    """(text, address of the explanation)"""


@dataclass(frozen=True)
class ExchangeRow:
    """How one office's exchanges of one kind do."""

    office: str
    family: str
    sent: str
    in_time: str
    late: int
    tone: str


@dataclass
class Board:
    """Everything on the dashboard as of one moment."""

    kpis: list[Kpi]
    tiers: list[TierRow]
    tier_columns: list[str]
    exchanges: list[ExchangeRow]
    alarms: list[str]
    nodes: list[NodeState]
    charts: dict[str, Chart] = field(default_factory=dict)

    @property
    def grey(self) -> list[NodeState]:
        return [state for state in self.nodes if not state.fresh and state.office.is_inspection]


async def build(uow: UnitOfWork) -> Board:
    """Read once, add up honestly, draw."""
    found, states = await queries.readings(uow), await node_states(uow)
    offices = [state.office for state in states if state.office.is_inspection]
    inspection = [reading for reading in found if reading.node in {office.id for office in offices}]
    board = Board(
        kpis=[await _kpi(uow, inspection, states, code) for code in _cards(inspection)], tiers=_tiers(uow, inspection, states),
        tier_columns=[_title(code) for code in TIER_COLUMNS], exchanges=_exchanges(uow, found), alarms=_alarms(uow, found), nodes=states,
    )
    below = uow.node.settings.suppress_below
    board.charts = {
        "heat": charts.heat(inspection, offices), "flow": charts.flow(inspection, offices), "coverage": charts.coverage(inspection, offices),
        "clues": charts.clues(inspection, offices, below), "rounds": charts.rounds(inspection, offices),
        "trend": charts.trend(await trend(uow, TREND_OF, "term_to_date", TREND_DAYS)), "tree": charts.tree(states),
    }
    return board


def _cards(found: Sequence[Reading]) -> list[str]:
    told = {reading.indicator for reading in found}
    return sorted(sorted(KPIS, key=lambda code: code not in told)[:CARDS], key=KPIS.index)


async def _kpi(uow: UnitOfWork, found: Sequence[Reading], states: Sequence[NodeState], code: str) -> Kpi:
    one = figure(uow, found, code)
    if one is None:
        return _untold(uow, code)
    total, below = one.total, uow.node.settings.suppress_below
    parts = [one.period, f"{len(total.nodes)}个机关"]
    changed = (await trend(uow, code, one.kind)).change
    if changed and changed[1]:
        parts[1:] = [f"较{changed[1]}天前 {_signed(changed[0], total.unit)}"]
    elif total.denominator is not None and total.numerator is not None and total.precision != Precision.SUPPRESSED:
        parts[1:] = [f"{value_text(total.numerator)}/{value_text(total.denominator)}"]
    tone = "red" if code in WORSE_WHEN_MORE and total.value else ""
    return Kpi(code, SHORT_TITLES.get(code, one.explained.name), value_text(total.value, total.precision, below), total.unit, "·".join(parts), tone, one.url, how_text(uow, one, states))


def _untold(uow: UnitOfWork, code: str) -> Kpi:
    """A card nobody has told: because nothing happened yet, or because no register of this release produces it."""
    produced = any(figure.code == code for part in uow.node.spec.slices for source in part.figures for figure in source.figures)
    formula = f"口径:{explain(uow, code).formula}"
    if produced:
        return Kpi(code, _title(code), "—", note="尚无机关报送", how=f"{formula} 各机关登记有关业务后自动报送,未报不按零计。")
    return Kpi(code, _title(code), "—", note="业务启用后显示", how=f"{formula} 现有台账都不产生这项指标;相应业务启用后自动报送,无需填报。")


def how_text(uow: UnitOfWork, one: Figure, states: Sequence[NodeState]) -> str:
    """The explanation in one paragraph."""
    names = "、".join(uow.node.directory.short_name(node) for node in one.total.nodes)
    missing = [state.office.short_name for state in states if state.office.is_inspection and state.office.id not in one.total.nodes]
    told = f"口径:{one.explained.formula} 时期:{one.period}。层级:各机关本级数相加,不含下级合计数。计入:{names or '无'}。"
    told += f"未报:{'、'.join(missing)},不按零计。" if missing else ""
    return told + (f"另有{len(one.total.left_out)}项不相加。" if one.total.left_out else "")


def _title(code: str) -> str:
    return SHORT_TITLES.get(code) or catalogue.name_of(code)


def _signed(value: Decimal, unit: str) -> str:
    mark = "+" if value > 0 else ""
    return f"{mark}{value_text(value)}{'个百分点' if unit == '%' else ''}"


def _tiers(uow: UnitOfWork, found: Sequence[Reading], states: Sequence[NodeState]) -> list[TierRow]:
    rows = []
    for tier in Tier:
        members = [state for state in states if state.office.is_inspection and state.office.tier is tier]
        if members:
            ids = {state.office.id for state in members}
            rows.append(_tier_row(uow, tier.label + "本级", members, [reading for reading in found if reading.node in ids]))
    everybody = [state for state in states if state.office.is_inspection]
    return [*rows, _tier_row(uow, "合计", everybody, found)] if len(rows) > 1 else rows


def _tier_row(uow: UnitOfWork, title: str, members: Sequence[NodeState], found: Sequence[Reading]) -> TierRow:
    values = []
    for code in TIER_COLUMNS:
        one = figure(uow, found, code)
        shown = value_text(one.total.value, one.total.precision, uow.node.settings.suppress_below) if one else "—"
        values.append((shown + (one.total.unit if one and one.total.unit == "%" else ""), one.url if one else ""))
    return TierRow(title, len(members), sum(not state.fresh for state in members), tuple(values))


def _exchanges(uow: UnitOfWork, found: Sequence[Reading]) -> list[ExchangeRow]:
    by_kind: defaultdict[tuple[str, str], dict[str, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    for reading in found:
        if reading.indicator in {"exchange_sent", "exchange_ontime"}:
            by_kind[reading.node, reading.dimensions.get("family", "")][reading.indicator].append(reading)
    rows = []
    for (node, family), cells in sorted(by_kind.items()):
        sent, rate = add_up(cells["exchange_sent"]), add_up(cells["exchange_ontime"])
        late = int((rate.denominator or 0) - (rate.numerator or 0))
        share = "—" if rate.value is None else f"{value_text(rate.value)}%"
        title = catalogue.DIMENSION_NAMES.get(family, family)
        rows.append(ExchangeRow(uow.node.directory.short_name(node), title, value_text(sent.value, sent.precision), share, late, "red" if late else "green"))
    return rows


def _alarms(uow: UnitOfWork, found: Sequence[Reading]) -> list[str]:
    """What an office says about its channels that is not in order."""
    directory = uow.node.directory
    return [
        f"{directory.short_name(reading.node)} → {directory.short_name(reading.dimensions.get('peer', ''))}:"
        f"{catalogue.DIMENSION_NAMES.get(reading.dimensions.get('measure', ''), '异常')}"
        for reading in found if reading.indicator == "exchange_health" and reading.value
    ]
