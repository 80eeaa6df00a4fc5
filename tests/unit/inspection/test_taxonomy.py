"""The classification as data: complete, mapped, matched from what people paste."""

from datetime import date

import pytest

from capabilities.inspection import taxonomy


def test_every_category_belongs_to_a_group_and_counts_under_one_implementation():
    for version in taxonomy.versions():
        groups = {group.code for group in version.groups()}
        for entry in version.categories():
            assert entry.parent in groups
            assert entry.implementation in version.implementations


@pytest.mark.parametrize(("text", "code"), [("F2.4", "F2.4"), ("财务与资产", "F2.4"), ("F2.4 财务与资产", "F2.4"), (" f2.4 资产", "F2.4"), ("F2", None), ("没有这类", None), ("", None)])
def test_pasted_categories_are_understood_or_refused(text, code):
    assert taxonomy.current().match(text) == code


@pytest.mark.parametrize(("code", "implementation"), [("F1.2", "S1"), ("F2.4", "S2"), ("F3.1", "S3"), ("F4.2", "S4"), ("F9.9", "")])
def test_three_focuses_map_to_four_implementations(code, implementation):
    assert taxonomy.current().implementation_of(code) == implementation


def test_an_unknown_code_of_a_newer_office_is_shown_as_it_is():
    version = taxonomy.current()
    assert version.label("F9.9") == "F9.9"
    assert version.group_of("F9.9") == "F9.9"


def test_a_day_before_the_first_version_uses_the_first():
    assert taxonomy.current(date(1999, 1, 1)) is taxonomy.versions()[0]
