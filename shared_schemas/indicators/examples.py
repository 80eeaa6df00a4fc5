"""One golden example per event type; contracts are generated from them and today's code must always read them."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from shared_schemas.event import Event
from shared_schemas.figures import Period, PeriodKind, Precision, Scope
from shared_schemas.indicators.v1 import CellsChanged, PublishedFiguresSubmitted, ReportedCell, SnapshotRequested, SubmittedFigure

AT = datetime(2026, 4, 1, 1, 30, tzinfo=UTC)
TERM = Period(kind=PeriodKind.TERM_TO_DATE, label="八届县委以来")

EXAMPLES: list[Event] = [
    CellsChanged(
        node="990121-inspection",
        cells=[
            ReportedCell(indicator="findings_total", period=TERM, value=Decimal(17), unit="个", version=1775007000000, as_of=AT),
            ReportedCell(
                indicator="coverage_rate", period=TERM, value=Decimal("43.8"), unit="%", numerator=Decimal(7), denominator=Decimal(16), version=1775007000000, as_of=AT,
            ),
            ReportedCell(
                indicator="clue_by_disposition", dimensions={"disposition": "shelved"}, period=Period(kind=PeriodKind.YEAR, label="2026"), value=None, unit="件",
                precision=Precision.SUPPRESSED, sealed=True, version=1775007000000, as_of=AT,
            ),
        ],
    ),
    SnapshotRequested(request_id=UUID("0192a000-0000-7000-8000-0000000000a1"), reason="本级数据库由备份恢复"),
    PublishedFiguresSubmitted(
        batch_id=UUID("0192a000-0000-7000-8000-0000000000a2"),
        submitter="990200-inspection",
        figures=[
            SubmittedFigure(
                figure_id=UUID("0192a000-0000-7000-8000-0000000000a3"), version=1, source="T4", region_code="630000", region="青海省", scope=Scope.SUBORDINATE,
                indicator="findings_total", dimension="市县两级", value=Decimal(18000), unit="个", precision=Precision.APPROXIMATE, period_kind=PeriodKind.YEAR,
                period="2023", as_of=AT,
            ),
        ],
    ),
]
