"""Refusals of the collecting side."""

from nodekit.errors import NodeError, Refused


class ForeignNumbers(Refused):
    """An office speaks for itself and for those below it, for nobody else."""

    code = "indicators.foreign_numbers"

    def __init__(self) -> None:
        super().__init__("来件中的指标不属于发送机关或其下级机关,已拒收。", hint="请核对机构名录中的上下级关系。")


class NotBelow(Refused):
    """Numbers are taken from this office itself and from the nodes directly below it."""

    code = "indicators.not_below"

    def __init__(self) -> None:
        super().__init__("本机关只接收直接下级节点报送的指标。", hint="请核对机构名录中的上级节点。")


class NotAChild(NodeError):
    """Only a node directly below can be asked to report again."""

    code = "indicators.not_a_child"
    status = 422

    def __init__(self) -> None:
        super().__init__("只能请求直接下级节点重报。", hint="更下级的节点请由其上级机关请求。")
