"""Refusals of the issuing side."""

from datetime import date

from nodekit.errors import NodeError, Refused


class NotBelow(Refused):
    """Findings and requests come from directly below, or from this office itself."""

    code = "common_issue.not_below"

    def __init__(self) -> None:
        super().__init__("贵单位不是本单位的下级巡察机构,不能报送。", hint="请报送直接上级。")


class UnknownCopy(Refused):
    """No such letter for this sender. One answer for "unknown" and "not yours"."""

    code = "common_issue.unknown_letter"

    def __init__(self) -> None:
        super().__init__("没有向贵单位发过该函件。", hint="请核对文号。")


class OutOfStep(Refused):
    """Authentic, but the letter is past it."""

    code = "common_issue.out_of_step"

    def __init__(self, now: str) -> None:
        super().__init__(f"该函件当前为“{now}”,不能作此办理。", hint="请与发函单位联系核对。")


class NoMembers(NodeError):
    code = "common_issue.no_members"
    status = 422

    def __init__(self) -> None:
        super().__init__("至少要保留一个问题。", hint="全部不属于共性问题的,请选择“排除”。")


class FindingTaken(NodeError):
    """Another issue has a finding meanwhile."""

    code = "common_issue.finding_taken"

    def __init__(self, count: int) -> None:
        super().__init__(f"有{count}个问题已列入其他共性问题或已撤回。", hint="请刷新后重新选择。")


class ReviewsOwn(NodeError):
    """Drafting and reviewing are two persons' acts."""

    code = "common_issue.reviews_own"

    def __init__(self) -> None:
        super().__init__("起草人不能审核自己起草的函件。", hint="请由其他同志审核。")


class WrongAddressees(NodeError):
    code = "common_issue.wrong_addressees"
    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="请按函件种类重新选择主送单位。")


class AlreadyReplaced(NodeError):
    """One letter has one successor."""

    code = "common_issue.already_replaced"

    def __init__(self, title: str) -> None:
        super().__init__(f"该函件已有替代件“{title}”。", hint="请在通报函件中继续办理该替代件,或先将其作废。")


class NotReplaceable(NodeError):
    """The letter to be replaced has ended while its replacement was being written."""

    code = "common_issue.not_replaceable"

    def __init__(self, number: str, state: str) -> None:
        super().__init__(f"拟替代的 {number} 现为“{state}”,不能再替代。", hint="请作废本替代件,需要时另行起草函件。")


class IssueNotOpen(NodeError):
    code = "common_issue.issue_not_open"

    def __init__(self, serial: str, state: str) -> None:
        super().__init__(f"共性问题 {serial} 当前为“{state}”,不能办理。", hint="请选择仍在办理的共性问题。")


class LettersOpen(NodeError):
    """An issue is closed after its letters and campaigns."""

    code = "common_issue.letters_open"

    def __init__(self, left: list[str]) -> None:
        super().__init__(f"还有未办结的函件或专项治理:{'、'.join(left[:6])}。", hint="请先办结或作废。", left=left)


class TooEarlyToSupervise(NodeError):
    code = "common_issue.not_urged"

    def __init__(self, due_on: date | None) -> None:
        super().__init__("该函件尚未超期,也未催办过,不能直接督办。", hint="请先催办。", due_on=due_on.isoformat() if due_on else None)


class NotHeard(NodeError):
    code = "common_issue.not_heard"
    status = 422

    def __init__(self) -> None:
        super().__init__("提级整改须经书记专题会议听取后办结。", hint="请填写会议日期和纪要文号。")


class NoExtensionAsked(NodeError):
    code = "common_issue.no_extension_asked"

    def __init__(self) -> None:
        super().__init__("对方没有待答复的延期申请。", hint="请刷新页面查看最新情况。")


class NothingBuilt(NodeError):
    code = "common_issue.nothing_built"
    status = 422

    def __init__(self) -> None:
        super().__init__("专项治理尚未登记建立的制度,不能办结。", hint="请先在“推进阶段”或“更新数据”中登记建章立制数。")
