"""Refusals of the adapting side."""

from nodekit.errors import NodeError


class ItemsUndecided(NodeError):
    """An adaptation is finished when every item is decided."""

    code = "shared_list.items_undecided"

    def __init__(self, left: int) -> None:
        super().__init__(f"还有 {left} 条未定,不能完成改编。", hint="请在改编页筛选“未定”,逐条决定或全部采用后再提交。", left=left)


class NotBeingAdapted(NodeError):
    """Decisions are taken while the list is being adapted."""

    code = "shared_list.not_being_adapted"

    def __init__(self, label: str) -> None:
        super().__init__(f"该清单当前为“{label}”,不能改动条目。", hint="已完成改编的,请先“继续修订”;已过时的,请到新版中改编。")


class NotAdaptedHere(NodeError):
    """The service composed this side without adaptation: lists are used as they are."""

    code = "shared_list.not_adapted_here"

    def __init__(self) -> None:
        super().__init__("本单位按上级清单原文使用,不作改编。", hint="签收后请直接“原文启用”。")


class AdaptationExpected(NodeError):
    """The service composed this side with adaptation."""

    code = "shared_list.adaptation_expected"

    def __init__(self) -> None:
        super().__init__("本单位应先改编再启用。", hint="如全部采用,请“开始改编”后点“其余全部采用”。")


class NotConfirmed(NodeError):
    """Only what the local leading group confirmed is put in use and filed back."""

    code = "shared_list.not_confirmed"

    def __init__(self) -> None:
        super().__init__("该清单尚未经领导小组审定。", hint="请先完成改编,并记录领导小组审定情况。")


class SolicitationOver(NodeError):
    code = "shared_list.solicitation_over"

    def __init__(self) -> None:
        super().__init__("本次征求意见已经回复或截止。", hint="仍有建议的,请到清单详情页“提出意见建议”。")


class ExtensionTooLate(NodeError):
    """More time is asked for before the day is past."""

    code = "shared_list.extension_too_late"

    def __init__(self) -> None:
        super().__init__("报备期限已过,不能再申请延期。", hint="请尽快完成报备,并向上级说明情况。")


class ExtensionPending(NodeError):
    code = "shared_list.extension_pending"

    def __init__(self) -> None:
        super().__init__("已有一份延期申请待上级答复。", hint="请等待答复后再申请。")
