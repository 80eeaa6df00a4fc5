"""The list of offices: relations are data, contradictions are refused with a sentence."""

from pathlib import Path

import pytest

from nodekit.peers import Directory, UnknownOffice
from nodekit.peers.errors import BadOfficeList
from shared_schemas.offices import OfficeKind

DEMO = Path(__file__).parents[3] / "deploy" / "offices.toml"


@pytest.fixture(scope="module")
def directory() -> Directory:
    return Directory.load(DEMO)


def ids(offices: tuple) -> list[str]:
    return sorted(office.id for office in offices)


def test_a_citys_surroundings(directory: Directory) -> None:
    assert ids(directory.children("990100-inspection")) == ["990103-inspection", "990121-inspection", "990122-inspection"]
    assert ids(directory.desks("990100-inspection")) == ["990100-discipline", "990100-organization", "990100-sector-finance"]
    assert ids(directory.descendants("990000-inspection")) == [
        "990100-inspection",
        "990103-inspection",
        "990121-inspection",
        "990122-inspection",
        "990200-inspection",
    ]


def test_a_desk_sits_beside_its_inspection_office_and_below_its_own_superior(directory: Directory) -> None:
    assert directory.inspection_of("990121-discipline").id == "990121-inspection"
    assert directory.parent_inspection("990121-discipline") == directory.office("990100-inspection")
    assert directory.superior("990121-discipline") == directory.office("990100-discipline")
    assert directory.desk("990121-inspection", OfficeKind.DISCIPLINE) == directory.office("990121-discipline")
    assert directory.desk("990122-inspection", OfficeKind.ORGANIZATION) is None


def test_the_province_has_nobody_above(directory: Directory) -> None:
    assert directory.parent_inspection("990000-inspection") is None
    assert directory.superior("990000-inspection") is None


def test_a_stranger_is_refused_but_still_printed(directory: Directory) -> None:
    with pytest.raises(UnknownOffice):
        directory.office("990999-inspection")
    assert directory.name("990999-inspection") == "990999-inspection"
    assert directory.name("990121-inspection") == "样例县委巡察办"


def office(office_id: str, parent: str = "") -> str:
    return f'[[office]]\nid = "{office_id}"\nname = "某办"\ntier = "county"\nparent = "{parent}"\n'


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (office("990121-inspection") * 2, "重复"),
        (office("990121-inspection", "990100-inspection"), "不在名录中"),
        (office("990121-inspection", "990122-inspection") + office("990122-inspection", "990121-inspection"), "成环"),
        (office("990121-inspection", "990121-inspection"), "成环"),
        (office("990121-bakery"), "990121-bakery"),
    ],
)
def test_a_contradictory_list_is_refused(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "offices.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadOfficeList) as caught:
        Directory.load(file)
    assert word in caught.value.message
