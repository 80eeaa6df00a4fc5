"""Numbers as officers write them, and one meaning per series."""

from importlib import import_module

import pytest

from capabilities.clue_transfer.common.numbering import CLUE, TRANSFER
from capabilities.common_issue.common.numbering import ISSUE, LETTERS
from capabilities.lifted_inspection.common.numbering import DECISION
from nodekit.numbering.series import Series, series_of
from nodekit.spec import NodeSpec, Slice
from shared_schemas.offices import OfficeKind, Tier

SERVICES = ("county", "city", "province", "discipline_commission", "organization_department", "department")


@pytest.mark.parametrize(
    ("series", "number", "within", "printed"),
    [
        (TRANSFER, 5, "", "演巡移〔2026〕5号"),
        (DECISION, 12, "", "演巡提复〔2026〕12号"),
        (LETTERS["suggestion_letter"], 3, "", "演巡建〔2026〕3号"),
        (ISSUE, 3, "", "CI-2026-003"),
        (CLUE, 5, "YL-01", "YL-01-X05"),
        (CLUE, 105, "YL-01", "YL-01-X105"),
    ],
)
def test_numbers_read_as_officers_write_them(series: Series, number: int, within: str, printed: str) -> None:
    assert series.written(number, office_name="演示市委巡察办", year=2026, within=within) == printed


@pytest.mark.parametrize("service", SERVICES)
def test_slices_of_an_office_mean_the_same_by_one_series(service: str) -> None:
    spec = import_module(f"services.{service}.app").SPEC
    assert len(series_of(spec)) == len({series.code for part in spec.slices for series in part.series})


def test_two_meanings_of_one_series_are_told() -> None:
    parts = tuple(Slice(name=f"x.{side}", title=side, package="x", series=(Series("巡督", title),)) for side, title in (("a", "督办单"), ("b", "督导函")))
    spec = NodeSpec(service="x", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=parts)
    with pytest.raises(ValueError, match="巡督"):
        series_of(spec)
