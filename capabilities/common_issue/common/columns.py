"""Columns that both ends of a letter keep: what was counted, what was replied."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.web.ledger import Form
from shared_schemas.common_issue.v1 import Counts

COUNTERS = (("units_checked", "检查单位", "家"), ("found", "发现问题", "个"), ("rectified", "整改问题", "个"), ("institutions", "建立制度", "项"), ("amount", "涉及金额", "万元"))


class Counted:
    """Totals so far, never increments."""

    units_checked: Mapped[int]
    found: Mapped[int]
    rectified: Mapped[int]
    institutions: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 4))


class ReplyColumns(Counted):
    """One reply as it was sent or received."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    """plan | progress | result"""
    text: Mapped[str] = mapped_column(Text)
    document_number: Mapped[str] = mapped_column(String(40))
    replied_by: Mapped[str] = mapped_column(String(60))
    replied_on: Mapped[date]
    event_id: Mapped[UUID | None]


class CountsForm(Form):
    """Totals, asked for wherever work is reported."""

    units_checked: int = Field(default=0, ge=0, le=999_999, title="检查单位数", json_schema_extra={"unit": "家"}, description="累计数,不是新增数。")
    found: int = Field(default=0, ge=0, le=999_999, title="发现问题数", json_schema_extra={"unit": "个"})
    rectified: int = Field(default=0, ge=0, le=999_999, title="整改问题数", json_schema_extra={"unit": "个"})
    institutions: int = Field(default=0, ge=0, le=99_999, title="建立制度数", json_schema_extra={"unit": "项"})
    amount: Decimal = Field(default=Decimal(0), ge=0, max_digits=14, decimal_places=4, title="涉及金额", json_schema_extra={"unit": "万元"})

    @property
    def counts(self) -> Counts:
        return Counts(**{key: getattr(self, key) for key, _, _ in COUNTERS})


def counts_of(said: Counts | None) -> dict[str, Any]:
    """Column values of counts; zeros when none were said."""
    return (said or Counts()).model_dump()


def counts_text(row: Any) -> str:
    """检查单位28家,发现问题9个: only those that are not zero."""
    return ",".join(f"{label}{_plain(getattr(row, key))}{unit}" for key, label, unit in COUNTERS if getattr(row, key))


def _plain(value: int | Decimal) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def among(column: str, values: Iterable[str]) -> str:
    """SQL of a CHECK: the column holds one of these."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in sorted(values))})"
