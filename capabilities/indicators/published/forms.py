"""What an officer fills in about a published figure."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from capabilities.indicators import catalogue
from nodekit.web.ledger import Form


class CorrectForm(Form):
    """A new version of a figure. Region, indicator and period stay: another one is another figure."""

    value: Decimal = Field(title="更正后的数值", ge=0, max_digits=17, decimal_places=4)
    unit: str = Field(title="单位", min_length=1, max_length=12, description="单位是数值的一部分,件、件次、件(次)不同。")
    precision: Literal["exact", "approximate", "at_least"] = Field(
        title="精度", json_schema_extra={"labels": {"exact": "准确", "approximate": "约数", "at_least": "至少(余)"}}
    )
    reason: str = Field(title="更正原因", min_length=2, max_length=200)

    @model_validator(mode="after")
    def _unit_is_known(self) -> "CorrectForm":
        if self.unit not in {unit for entry in catalogue.all_indicators() for unit in entry.units}:
            raise ValueError("单位不在指标目录中,请按目录填写")
        return self


class WithdrawForm(Form):
    """Why a figure no longer stands."""

    reason: str = Field(title="撤回原因", min_length=2, max_length=200)
