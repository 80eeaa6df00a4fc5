"""Refusals of the reporting side."""

from nodekit.errors import NodeError, Refused


class NoSuperior(NodeError):
    """The province has nobody above it in the federation."""

    code = "common_issue.no_superior"

    def __init__(self) -> None:
        super().__init__("本单位没有接入系统的上级巡视巡察机构。", hint="材料可报送本级分析,或按规定线下上报。")


class NotConfirmed(NodeError):
    """Only findings that stand are told to others."""

    code = "common_issue.not_confirmed"

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(f"以下问题尚未确认或没有去标识表述:{'、'.join(numbers[:6])}。", hint="请先在问题台账中完成确认,填写去标识表述。", numbers=numbers)


class AlreadyReported(NodeError):
    code = "common_issue.already_reported"

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(f"以下问题已报送过该单位:{'、'.join(numbers[:6])}。", hint="请去掉已报送的问题后再提交。", numbers=numbers)


class UnknownReport(Refused):
    """No such batch for this sender."""

    code = "common_issue.unknown_report"

    def __init__(self) -> None:
        super().__init__("没有向贵单位报送过该批材料。", hint="请核对批次编号。")


class UnknownEscalation(Refused):
    code = "common_issue.unknown_escalation"

    def __init__(self) -> None:
        super().__init__("没有向贵单位提请过该事项。", hint="请核对提请编号。")
