"""Value types for offices. The list of offices is data (deploy/offices.toml), never code."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

OFFICE_ID_PATTERN = r"^[0-9A-Z]{6}(-K[0-9]{2})?-[a-z][a-z0-9-]{1,40}$"
"""Division code (GB/T 2260, or a local suffix for zones without one), a hyphen, the kind of office."""

OfficeId = Annotated[str, StringConstraints(pattern=OFFICE_ID_PATTERN, max_length=56)]
DivisionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class Tier(StrEnum):
    """Level of the Party committee an office belongs to."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"

    @property
    def label(self) -> str:
        return {"province": "省级", "city": "市级", "county": "县级"}[self.value]

    @property
    def inspection_word(self) -> str:
        """Provinces do 巡视, cities and counties do 巡察."""
        return "巡视" if self is Tier.PROVINCE else "巡察"


class OfficeKind(StrEnum):
    """What an office is. Sector departments are `sector-<name>` and map to SECTOR."""

    INSPECTION = "inspection"
    DISCIPLINE = "discipline"
    ORGANIZATION = "organization"
    SECTOR = "sector"

    @classmethod
    def of(cls, office_id: str) -> "OfficeKind":
        """Kind named by an office id such as `990121-discipline` or `990100-sector-finance`."""
        word = office_id.partition("-")[2]
        if word.startswith("K") and "-" in word:
            word = word.partition("-")[2]
        return cls.SECTOR if word.startswith("sector") else cls(word)

    @property
    def label(self) -> str:
        return {"inspection": "巡视巡察办", "discipline": "纪委监委", "organization": "组织部", "sector": "主管部门"}[self.value]
