"""Figures: indicators and the cells in which they travel upward.

Source of the counting rules: docs/domain/indicators.md (one period per number, one counting owner, units are part of the value).
"""

from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from shared_schemas.event import WireModel
from shared_schemas.offices import OfficeId


class Precision(StrEnum):
    EXACT = "exact"
    APPROXIMATE = "approximate"
    AT_LEAST = "at_least"
    SUPPRESSED = "suppressed"
    """A count below three from a sealed family: shown as <3 outside the originating body."""


class Scope(StrEnum):
    """Whose doings a number counts. A number is never added to one that already contains it."""

    OWN = "own"
    SUBORDINATE = "subordinate"
    OWN_AND_SUBORDINATE = "own_and_subordinate"
    JOINT_THREE_TIERS = "joint_three_tiers"


class PeriodKind(StrEnum):
    TERM_TO_DATE = "term_to_date"
    TERM = "term"
    ROUND = "round"
    BATCH = "batch"
    YEAR = "year"
    SINCE = "since"
    AS_OF = "as_of"
    UNSTATED = "unstated"


class Period(WireModel):
    """What span a number covers, as an officer would say it."""

    kind: PeriodKind
    label: str = Field(default="", max_length=60, description="e.g. 2026 / 八届三轮 / 本届以来")


class Cell(WireModel):
    """One number with everything needed to read it honestly. Identity: (indicator, node, dimensions, scope, period)."""

    indicator: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    dimensions: dict[str, str] = Field(default_factory=dict, description="e.g. {'category': 'F2.1', 'disposition': 'shelved'}")
    scope: Scope = Scope.OWN
    period: Period
    value: Decimal | None = Field(description="None when suppressed or not available; never a fake zero.")
    unit: str = Field(max_length=12, description="个, 条, 件, 件次, 份, 人, %, 万元 … part of the value")
    precision: Precision = Precision.EXACT
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    counting_owner: OfficeId | None = Field(default=None, description="Who counts a joint, cross or lifted task.")
