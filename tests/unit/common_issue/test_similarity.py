"""Wordings of one defect come together, different defects stay apart, at the shipped threshold."""

from uuid import uuid4

import pytest

from capabilities.common_issue import similarity
from capabilities.common_issue.domain.candidates import Reported
from capabilities.common_issue.issuer.options import IssuerOptions
from tests.unit.common_issue.labelled import LABELLED

THRESHOLD = IssuerOptions().similarity_min


@pytest.fixture(scope="module")
def grouped() -> tuple[dict, list]:
    findings = {Reported(uuid4(), "990121-inspection", "u", "F2.4", text): label for label, texts in LABELLED.items() for text in texts}
    return {finding.id: label for finding, label in findings.items()}, similarity.groups(list(findings), THRESHOLD)


@pytest.mark.parametrize("label", [label for label in LABELLED if label != "alone"])
def test_one_defect_is_one_group(grouped, label: str) -> None:
    labels, groups = grouped
    sizes = [sum(labels[one] == label for one in group.ids) for group in groups]
    assert sorted(size for size in sizes if size) == [len(LABELLED[label])]


def test_no_group_mixes_defects_and_single_ones_stay_alone(grouped) -> None:
    labels, groups = grouped
    assert [{labels[one] for one in group.ids} for group in groups if len({labels[one] for one in group.ids}) > 1] == []
    assert not any(labels[one] == "alone" for group in groups for one in group.ids)


def test_amounts_and_counts_do_not_matter() -> None:
    assert similarity.essence("8笔公务接待无公函,计1.2万元。") == similarity.essence("15笔公务接待无公函,计30万元。")


def test_less_than_two_findings_make_no_group() -> None:
    assert similarity.groups([], THRESHOLD) == []
    assert similarity.groups([Reported(uuid4(), "o", "u", "F1.1", "123")] * 2, THRESHOLD) == []
