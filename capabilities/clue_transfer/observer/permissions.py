"""Who at the office above may look at counts."""

from nodekit.spec import Permission

OBSERVE = "clue_transfer.observe"

PERMISSIONS = (
    Permission(OBSERVE, "查看下级线索移交计数", frozenset({"committee", "leading_group_head", "office_director", "office_clerk", "rectification_desk", "info_officer"})),
)
