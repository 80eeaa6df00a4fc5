"""Refusals of the reporting side."""

from nodekit.errors import Refused


class NotAbove(Refused):
    """Only the office this one reports to may ask for its numbers."""

    code = "indicators.not_above"

    def __init__(self) -> None:
        super().__init__("只有本机关的上级节点可以请求重报指标数据。", hint="请核对机构名录中的上级节点。")
