"""Refusals of the observing side."""

from nodekit.errors import Refused


class NotBelow(Refused):
    """Counts and stubs are taken from the offices directly below and their desks."""

    code = "clue_transfer.not_below"

    def __init__(self) -> None:
        super().__init__("本机关只接收直接下级机关及其同级受理机关的计数和存根。", hint="请核对机构名录中的上级节点。")


class UnknownStub(Refused):
    code = "clue_transfer.unknown_stub"

    def __init__(self) -> None:
        super().__init__("没有登记过贵机关的该存根。", hint="请先发送存根登记。")
