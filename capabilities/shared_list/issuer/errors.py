"""Refusals of the issuing side."""

from nodekit.errors import NodeError


class ListHasNoItems(NodeError):
    """An empty list helps nobody."""

    code = "shared_list.no_items"

    def __init__(self, name: str) -> None:
        super().__init__(f"《{name}》还没有条目,不能送审或发布。", hint="请先逐条录入,或从表格粘贴导入。")


class ItemsAreFixed(NodeError):
    """Items change only while the version is being made."""

    code = "shared_list.items_fixed"

    def __init__(self, name: str, label: str) -> None:
        super().__init__(f"《{name}》当前为“{label}”,条目不能再改。", hint="已发布的清单请“修订新版”;已审批未发布的请先“退回起草”。")


class NumberTaken(NodeError):
    """Numbers are what officers cite; two items of one list cannot share one."""

    code = "shared_list.number_taken"

    def __init__(self, number: str) -> None:
        super().__init__(f"清单中已有编号“{number}”。", hint="请换一个编号,或先修改原条目的编号。", number=number)


class NoSuchLink(NodeError):
    """A link must lead to an item of the same list."""

    code = "shared_list.no_such_link"
    status = 422

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(
            f"清单中没有编号{'、'.join(f'“{number}”' for number in numbers)},不能关联。", hint="关联编号请填写本清单已有条目的编号。", numbers=numbers
        )


class VersionInProgress(NodeError):
    """One version of a list is made at a time."""

    code = "shared_list.version_in_progress"

    def __init__(self, name: str) -> None:
        super().__init__(f"《{name}》正在起草,不能再开一个新版。", hint="请先发布或作废正在起草的版本。")


class NotInForce(NodeError):
    """The version named is not the one in force."""

    code = "shared_list.not_in_force"

    def __init__(self, name: str, label: str) -> None:
        super().__init__(f"《{name}》当前为“{label}”,不能办理此事项。", hint="请从清单台账中选择现行有效的版本。")


class NothingToUrge(NodeError):
    """A copy filed back or ended needs no urging."""

    code = "shared_list.nothing_to_urge"

    def __init__(self, label: str) -> None:
        super().__init__(f"该单位当前为“{label}”,无需催办。", hint="如对备案内容有意见,请到“改编备案”中提出。")


class NothingTravels(NodeError):
    """All items belong to lists that stay in this office."""

    code = "shared_list.nothing_travels"

    def __init__(self) -> None:
        super().__init__(
            "清单中的条目都属于“不随文下发”的清单(如信息清单),没有可下发的内容。", hint="确需下发的,请勾选“随文下发信息清单”并写明理由。"
        )


class DueInThePast(NodeError):
    code = "shared_list.due_in_the_past"
    status = 422

    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}”不能早于今天。", hint="请重新选择日期。")


class KindTaken(NodeError):
    code = "shared_list.kind_taken"

    def __init__(self, title: str) -> None:
        super().__init__(f"已有清单类型“{title}”或相同代码。", hint="请直接使用已有类型,或换一个名称。")
