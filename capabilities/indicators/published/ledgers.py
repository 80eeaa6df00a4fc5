"""Register of published figures (公开数据): everything needed to read a number stands beside it."""

from collections.abc import Sequence

from capabilities.indicators import catalogue, permissions
from capabilities.indicators.domain import SCOPE_LABELS
from capabilities.indicators.published import commands, queries
from capabilities.indicators.published.errors import NothingChanged, NotOurs
from capabilities.indicators.published.forms import CorrectForm, WithdrawForm
from capabilities.indicators.published.models import PublishedFigure
from capabilities.indicators.published_rules import PUBLISHED, period_words, scope_words, source_words, value_words
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Choice, Column, Fact, Filter, Ledger, Related, Tab


async def _regions(uow: UnitOfWork) -> Sequence[Choice]:
    return await queries.regions(uow)


async def _indicators(uow: UnitOfWork) -> Sequence[Choice]:
    return [(code, catalogue.name_of(code)) for code in await queries.used(uow, "indicator")]


async def _periods(uow: UnitOfWork) -> Sequence[Choice]:
    return [(label, label or "未说明") for label in await queries.used(uow, "period") if label]


async def _editions(uow: UnitOfWork, _officer: Officer, row: PublishedFigure) -> Sequence[PublishedFigure]:
    return await queries.editions(uow, row)


def _value(row: PublishedFigure, _uow: UnitOfWork | None = None) -> str:
    return value_words(row.value, row.unit, row.precision)


def _is_figure(row: PublishedFigure, _officer: Officer) -> bool:
    return row.status == "current"


async def _initial(_uow: UnitOfWork, _officer: Officer, row: PublishedFigure) -> dict[str, object]:
    return {"value": row.value.normalize(), "unit": row.unit, "precision": row.precision}


PRECISION_WORDS = {"exact": "准确", "approximate": "约数", "at_least": "至少"}
CURRENT = frozenset({"current"})

FIGURES = Ledger(
    capability="indicators", key="published", title="公开数据", model=PublishedFigure, machine=PUBLISHED, permission=permissions.VIEW_PUBLISHED,
    name=lambda row: f"{row.region} {catalogue.name_of(row.indicator)} {value_words(row.value, row.unit, row.precision)}", order_by=("region_code", "indicator"),
    help="各地公开发布的数字,逐项带来源、口径、时期、单位和精度。口径不同的数并列显示,不相加。",
    columns=(
        Column("region", "地区", "link"), Column("indicator", "指标", value=lambda row, _uow: catalogue.name_of(row.indicator)), Column("dimension", "分项"),
        Column("value", "数值", value=_value), Column("period", "时期", value=lambda row, _uow: period_words(row.period_kind, row.period)),
        Column("scope", "层级口径", value=lambda row, _uow: scope_words(row.scope)), Column("source", "来源", value=lambda row, _uow: source_words(row.source)), Column("submitter", "报送机关", "office"),
        Column("edition", "版本", "number"), Column("as_of", "报送时间", "datetime"), Column("precision", "精度", value=lambda row, _uow: PRECISION_WORDS[row.precision], hidden=True),
        Column("unit", "单位", hidden=True), Column("region_code", "区划代码", hidden=True), Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "关键字", "text", ("region", "dimension", "period", "source")), Filter("region_code", "地区", "choice", ("region_code",), choices=_regions),
        Filter("indicator", "指标", "choice", ("indicator",), choices=_indicators), Filter("scope", "层级口径", "choice", ("scope",), choices=[(str(k), v) for k, v in SCOPE_LABELS.items()]),
        Filter("period", "时期", "choice", ("period",), choices=_periods), Filter("submitter", "报送机关", "office", ("submitter",)),
    ),
    tabs=(
        Tab("current", "现行", lambda model: model.status == "current"), Tab("superseded", "已更正", lambda model: model.status == "superseded"),
        Tab("withdrawn", "已撤回", lambda model: model.status == "withdrawn"),
    ),
    actions=(
        Action("correct", "更正", commands.correct, permissions.ENTER, CorrectForm, CURRENT, _is_figure, initial=_initial, tone="primary", raises=(NotOurs, NothingChanged)),
        Action("withdraw", "撤回", commands.withdraw, permissions.ENTER, WithdrawForm, CURRENT, _is_figure, tone="danger", confirm="撤回后上级也不再显示为现行数据,确认撤回?", raises=(NotOurs,), done="已撤回并通知上级。"),
    ),
    facts=(
        Fact("value", "数值", value=_value), Fact("region", "地区"), Fact("region_code", "区划代码"),
        Fact("indicator", "指标", value=lambda row, _uow: catalogue.name_of(row.indicator)), Fact("dimension", "分项"),
        Fact("period", "时期", value=lambda row, _uow: period_words(row.period_kind, row.period)), Fact("scope", "层级口径", value=lambda row, _uow: scope_words(row.scope)),
        Fact("unit", "单位"), Fact("precision", "精度", value=lambda row, _uow: PRECISION_WORDS[row.precision]), Fact("source", "来源", value=lambda row, _uow: source_words(row.source)), Fact("submitter", "报送机关", "office"),
        Fact("edition", "版本", "number"), Fact("as_of", "报送时间", "datetime"), Fact("reason", "更正/撤回原因", "long"),
        Fact("formula", "指标口径", "long", value=lambda row, _uow: entry.formula if (entry := catalogue.indicator(row.indicator)) else "本版本目录中没有该指标"),
    ),
    related=(
        Related(
            "历次版本",
            (
                Column("edition", "版本", "number"), Column("value", "数值", value=_value), Column("status", "状态", value=lambda row, _uow: PUBLISHED.label(row.status)),
                Column("as_of", "时间", "datetime"), Column("reason", "原因", wide=True),
            ),
            _editions, link=lambda row: f"/indicators/published/{row.id}",
        ),
    ),
)
