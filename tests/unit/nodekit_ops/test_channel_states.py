"""The plain words of a channel: the most urgent thing first, each with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nodekit.delivery.ledger import STOP_LABELS, ChannelRow
from nodekit.ops.channel_states import STOPS, Surroundings, state_of

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
PEER = "990121-discipline"
QUIET = ChannelRow(
    peer=PEER, last_heard_at=NOW - timedelta(seconds=30), backlog=0, undecided_there=0, oldest_unsent_at=None, oldest_undecided_at=None, head=5,
    peer_cursor=5, cursor=7, peer_head=7, waiting=0, quarantined=0, rejected=0, quarantined_there=0, stopped_out="", stopped_in="", stopped_there="", full_there=False, alarm=False,
)
LONG_AGO = NOW - timedelta(hours=3)


@pytest.mark.parametrize(
    ("changes", "around", "label"),
    [
        ({}, {}, "正常"),
        ({"last_heard_at": LONG_AGO}, {}, "对方离线"),
        ({"last_heard_at": LONG_AGO, "peer_head": 9}, {}, "对方离线"),
        ({"last_heard_at": None}, {}, "等待首次应答"),
        ({"peer_head": 9}, {}, "补收中"),
        ({"quarantined": 2, "peer_head": 9}, {}, "有隔离来件"),
        ({"full_there": True, "backlog": 7}, {}, "对方空间不足"),
        ({"full_there": True, "last_heard_at": LONG_AGO}, {}, "对方离线"),
        ({"stopped_in": "pruned"}, {}, "缺正文停用"),
        ({}, {"found": [PEER]}, "有找回事项待登记"),
        ({"alarm": True, "quarantined": 2}, {}, "超过24小时无回执"),
        ({"alarm": True}, {"disputed": [PEER]}, "密钥待核对"),
        ({"alarm": True}, {"disputed": [PEER], "cloned": [PEER]}, "克隆告警"),
        ({"stopped_in": "fork", "alarm": True}, {"cloned": [PEER]}, "分叉停用"),
        ({"stopped_out": "receipt_contradicts"}, {}, "待对账"),
        ({"stopped_there": "fork"}, {}, "分叉停用"),
        ({"stopped_out": "something_new"}, {}, "已停用"),
        ({"alarm": True, "last_heard_at": None}, {"offline": [PEER]}, "离线单位"),
        ({}, {"cloned": ["990100-inspection"], "found": ["990100-inspection"], "disputed": ["990100-inspection"]}, "正常"),
    ],
)
def test_the_most_urgent_thing_is_said(changes, around, label) -> None:
    state = state_of(replace(QUIET, **changes), Surroundings(NOW, **around))
    assert state.label == label
    assert state.calm or state.to_do, "whoever reads of trouble reads what to do"


def test_every_reason_to_stop_has_words_of_its_own() -> None:
    assert STOPS.keys() >= STOP_LABELS.keys()


def test_a_stop_at_the_other_end_is_told_as_theirs() -> None:
    assert state_of(replace(QUIET, stopped_there="fork"), Surroundings(NOW)).to_do.startswith("由对方停用")
    assert not state_of(replace(QUIET, stopped_there="fork", stopped_in="fork"), Surroundings(NOW)).to_do.startswith("由对方停用")
