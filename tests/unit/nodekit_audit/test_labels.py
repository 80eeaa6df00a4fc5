"""Whatever nodekit itself writes into the log has a Chinese name."""

import re
from pathlib import Path

import pytest

from nodekit.audit.labels import SYSTEM_LABELS, action_label
from nodekit.spec import NodeSpec, Slice
from shared_schemas.offices import OfficeKind, Tier

NODEKIT = Path(__file__).parents[3] / "nodekit"
SPEC = NodeSpec(
    service="county", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=(Slice(name="clue_transfer.issuer", title="线索移交", package="x"),)
)


def test_every_action_of_nodekit_is_named() -> None:
    written = {action for file in NODEKIT.rglob("*.py") for action in re.findall(r'\.audit\(\s*"([a-z_.]+)"', file.read_text("utf-8"))}
    assert len(written) >= 12
    assert written <= set(SYSTEM_LABELS)


@pytest.mark.parametrize(
    ("action", "label"),
    [
        ("identity.signed_in", "登录"),
        ("clue_transfer_issuer.body_read", "线索移交·查阅密封内容"),
        ("sample.sent", "sample.sent"),
    ],
)
def test_an_action_is_read_in_chinese_or_shown_as_it_is(action: str, label: str) -> None:
    assert action_label(SPEC, action) == label


def test_what_only_a_time_line_names() -> None:
    assert action_label(SPEC, "clue_transfer_issuer.corrected", {"clue_transfer_issuer.corrected": "补正内容"}) == "线索移交·补正内容"
