"""exchange_health: how this office's channels do. Says what changes slowly only: a number that moved with every message would report itself for ever.

Events of this capability are left out for the same reason.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import sqlalchemy as sa

from nodekit.delivery.core.limits import ALARM_AFTER_S
from nodekit.delivery.ledger import ChannelRow, channel_overview
from nodekit.spec import Figure, FigureSource
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell, Period, PeriodKind, Precision

SILENT_AFTER = timedelta(minutes=5)
"""A living peer says so every 30 s; this long without a word is an outage."""
EVENTS_COUNTED = 50_000
"""The newest so many events are looked at: the cost does not grow with history."""
RECENT = Period(kind=PeriodKind.AS_OF, label="近期")

FIGURES = (
    Figure("exchange_health", "联动交换健康度", "条", "按通道统计:静默(5分钟未收到对方任何应答)、停止、24小时未回执、隔离待处理,0为正常。"),
    Figure("exchange_sent", "发出件数", "件", "最近发出的业务交换件数(不含指标数据),按类别和收件机关分列;密封件只计总数,过小的不予显示。"),
    Figure("exchange_ontime", "交换及时率", "%", "24小时内取得对方接收或退回回执的件数 ÷ 已有回执或已逾24小时的件数。"),
)

_COUNTS = sa.text("""
    SELECT split_part(type, '.', 1) AS family, bool_or(type LIKE '%.sealed.%') AS sealed, dst, count(*) AS sent,
           count(*) FILTER (WHERE final_at <= created_at + make_interval(secs => :alarm)) AS in_time,
           count(*) FILTER (WHERE final_at IS NOT NULL OR created_at < :late_before) AS due
    FROM nodekit.outbox
    WHERE id > (SELECT coalesce(max(id), 0) FROM nodekit.outbox) - :newest AND type NOT LIKE 'indicators.%' AND dst <> :own
    GROUP BY 1, 3 ORDER BY 1, 3
""")


async def compute(uow: UnitOfWork) -> Sequence[Cell]:
    """Cells per peer and per kind of exchange."""
    channels = [cell for row in await channel_overview(uow.session, uow.now) for cell in _channel(row, uow)]
    return [*channels, *await _exchanges(uow)]


def _channel(row: ChannelRow, uow: UnitOfWork) -> list[Cell]:
    silent = row.last_heard_at is None or uow.now - row.last_heard_at > SILENT_AFTER
    measures = {"silent": silent, "stopped": bool(row.stop_label), "unanswered": row.alarm, "quarantined": row.quarantined}
    return [
        Cell(indicator="exchange_health", dimensions={"measure": name, "peer": row.peer}, period=RECENT, value=Decimal(int(value)), unit="条")
        for name, value in measures.items()
    ]


async def _exchanges(uow: UnitOfWork) -> list[Cell]:
    values = {"alarm": ALARM_AFTER_S, "late_before": uow.now - timedelta(seconds=ALARM_AFTER_S), "newest": EVENTS_COUNTED, "own": uow.office}
    return [cell for row in (await uow.session.execute(_COUNTS, values)).mappings() for cell in _kind(row, uow.node.settings.suppress_below)]


def _kind(row: sa.RowMapping, below: int) -> list[Cell]:
    """Messages of a sealed family are counted like the matters in them: a small number is not told."""
    dimensions = {"family": row["family"], "peer": row["dst"]}
    if row["sealed"] and row["sent"] < below:
        shown = {"value": None, "precision": Precision.SUPPRESSED}
        return [Cell(indicator="exchange_sent", dimensions=dimensions, period=RECENT, unit="件", **shown)]
    cells = [Cell(indicator="exchange_sent", dimensions=dimensions, period=RECENT, value=Decimal(row["sent"]), unit="件")]
    if row["due"]:
        done, due = Decimal(row["in_time"]), Decimal(row["due"])
        rate = (100 * done / due).quantize(Decimal("0.1"))
        cells.append(Cell(indicator="exchange_ontime", dimensions=dimensions, period=RECENT, value=rate, unit="%", numerator=done, denominator=due))
    return cells


SOURCES = (FigureSource(FIGURES, compute),)
