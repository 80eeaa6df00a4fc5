"""Refusals of the asking side."""

from nodekit.errors import NodeError, Refused


class NoSuperior(NodeError):
    """Nobody above to ask."""

    code = "lifted_inspection.no_superior"

    def __init__(self) -> None:
        super().__init__("本单位没有接入系统的上级巡视巡察机构,无法报送申请。", hint="请核对机构名录。")


class NothingToSign(NodeError):
    """No decision, or signed already."""

    code = "lifted_inspection.nothing_to_sign"

    def __init__(self) -> None:
        super().__init__("没有待签收的批复。", hint="请刷新页面核对。")


class UnknownProposal(Refused):
    """This office did not send that application to that office."""

    code = "lifted_inspection.unknown_proposal"

    def __init__(self) -> None:
        super().__init__("本单位没有向贵单位报送过该申请。", hint="请核对编号。")
