"""Refusals of the receiving side."""

from datetime import date

from nodekit.errors import NodeError, Refused


class UnknownLetter(Refused):
    """No such letter from this sender."""

    code = "common_issue.unknown_letter"

    def __init__(self) -> None:
        super().__init__("未收到贵单位的该函件。", hint="请核对文号和主送单位。")


class NotOurIssuer(Refused):
    """Letters come from the office above, or from the inspection office beside a desk."""

    code = "common_issue.not_our_issuer"

    def __init__(self) -> None:
        super().__init__("贵单位不是本单位的上级或同级巡视巡察机构,不能向本单位发函。", hint="横向函件请经共同上级转发。")


class CannotPassOn(NodeError):
    """Passing on is for offices that issue letters themselves."""

    code = "common_issue.cannot_pass_on"

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why, hint=hint)


class CountsMissing(NodeError):
    """A circular is answered with self-check counts."""

    code = "common_issue.counts_missing"
    status = 422

    def __init__(self) -> None:
        super().__init__("该函件要求报送自查数据,检查单位数不能为0。", hint="请填写检查单位数、发现问题数、整改问题数等。")


class MoreRectifiedThanFound(NodeError):
    code = "common_issue.more_rectified_than_found"
    status = 422

    def __init__(self) -> None:
        super().__init__("整改问题数大于发现问题数。", hint="两项均为累计数,请核对。")


class TooLateToExtend(NodeError):
    """Time is asked for before it is over."""

    code = "common_issue.too_late_to_extend"

    def __init__(self, due_on: date) -> None:
        super().__init__(f"结果期限{due_on.isoformat()}已过,不能再申请延期。", hint="请尽快报送,或与发函单位联系。", due_on=due_on.isoformat())
