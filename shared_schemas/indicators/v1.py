"""Statistics on their way upward. Absolute values with versions: the newest says all, a repeat says nothing, nothing is ever added to what came before."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.event import Event, WireModel
from shared_schemas.figures import Cell
from shared_schemas.message_class import MessageClass
from shared_schemas.offices import DivisionCode, OfficeId

CELLS_PER_EVENT = 100
FIGURES_PER_EVENT = 100
Name = Annotated[str, StringConstraints(max_length=40)]
Label = Annotated[str, StringConstraints(max_length=80)]
IndicatorCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class ReportedCell(Cell):
    """One number of one node as of a moment. Identity: (indicator, dimensions, scope, period)."""

    dimensions: dict[Name, Label] = Field(default_factory=dict, max_length=8, description="What the number is limited to, e.g. {'category': 'F2.1'}.")
    version: int = Field(ge=1, description="Grows with every change; the highest one counts.")
    as_of: datetime = Field(description="When the node computed it, UTC.")
    withdrawn: bool = Field(default=False, description="The node no longer has this number.")
    sealed: bool = Field(default=False, description="Of a sealed family: small counts left their body only as suppressed.")


class CellsChanged(Event):
    """Numbers of one node that changed. The sender is the node itself or an office above it that passes them on."""

    TYPE: ClassVar[str] = "indicators.cells_changed.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STATISTIC
    TITLE: ClassVar[str] = "指标数据报送"

    node: OfficeId = Field(description="Whose numbers these are.")
    cells: list[ReportedCell] = Field(min_length=1, max_length=CELLS_PER_EVENT)

    def aggregate(self) -> str:
        """Order is kept per node."""
        return self.node


class SnapshotRequested(Event):
    """The office above asks for all numbers again, for instance after it was restored from a backup."""

    TYPE: ClassVar[str] = "indicators.snapshot_requested.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STATISTIC
    TITLE: ClassVar[str] = "请求重报指标数据"

    request_id: UUID
    reason: str = Field(default="", max_length=200, description="Why, for the other office's log.")


class SubmittedFigure(WireModel):
    """One figure an office published. Identity: (submitter, source, region, scope, indicator, dimension, period)."""

    figure_id: UUID = Field(description="Chosen by the submitter; the same for all its versions.")
    version: int = Field(ge=1)
    source: str = Field(max_length=40, description="Where it was published, in the submitter's own list of sources.")
    region_code: DivisionCode
    region: str = Field(max_length=40)
    scope: str = Field(max_length=30, description="own | subordinate | own_and_subordinate | joint_three_tiers; others may come")
    indicator: IndicatorCode
    dimension: str = Field(default="", max_length=60)
    value: Decimal = Field(max_digits=18, decimal_places=4)
    unit: str = Field(min_length=1, max_length=12, description="Part of the value: 件, 件次 and 件(次) are three things.")
    precision: str = Field(max_length=20, description="exact | approximate | at_least")
    period_kind: str = Field(max_length=20)
    period: str = Field(default="", max_length=60)
    withdrawn: bool = False
    reason: str = Field(default="", max_length=200, description="Why it was corrected or withdrawn.")
    as_of: datetime = Field(description="When this version was entered, UTC.")


class PublishedFiguresSubmitted(Event):
    """Figures published elsewhere, entered by one office and passed upward with its name. A correction is a new version."""

    TYPE: ClassVar[str] = "indicators.published_figures_submitted.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STATISTIC
    TITLE: ClassVar[str] = "公开数据报送"

    batch_id: UUID
    submitter: OfficeId = Field(description="The office that entered them.")
    figures: list[SubmittedFigure] = Field(min_length=1, max_length=FIGURES_PER_EVENT)

    def aggregate(self) -> str:
        """Order is kept per submitter, so that a correction never overtakes what it corrects."""
        return f"published:{self.submitter}"
