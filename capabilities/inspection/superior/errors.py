"""Refusals of the superior office."""

from nodekit.errors import NodeError


class NumberTaken(NodeError):
    """A record number belongs to one filing."""

    code = "inspection.record_number_taken"

    def __init__(self, number: str, title: str) -> None:
        super().__init__(f"备案号“{number}”已用于“{title}”。", hint="请改用下一个备案号。", number=number)


class ReportAlreadyThere(NodeError):
    """Nobody is urged for what has come."""

    code = "inspection.report_already_there"

    def __init__(self) -> None:
        super().__init__("该轮次的讲话和综合报告已报送,无需催报。", hint="请在报备台账中查看。")
