"""Refusals that several sides share."""

from nodekit.errors import NodeError, Refused


class NotAbove(Refused):
    """A task may be given only by an office over this one."""

    code = "lifted_inspection.not_above"

    def __init__(self) -> None:
        super().__init__("发出单位不是本单位的上级巡视巡察机构,不能向本单位下达任务。", hint="请核对机构名录。")


class UnknownPaper(Refused):
    """Nobody sent this, or somebody else did."""

    code = "lifted_inspection.unknown_paper"

    def __init__(self) -> None:
        super().__init__("本单位没有与贵单位往来的该件。", hint="请核对编号和收文单位。")


class OutOfStep(Refused):
    """Authentic, but it does not fit where the record stands."""

    code = "lifted_inspection.out_of_step"

    def __init__(self, state: str) -> None:
        super().__init__(f"该件当前为“{state}”,与来件不符,未作变动。", hint="请与对方核对办理进度。", state=state)


class TargetMissing(NodeError):
    """Neither chosen nor named."""

    code = "lifted_inspection.target_missing"
    status = 422

    def __init__(self) -> None:
        super().__init__("没有选择或填写党组织。", hint="从对象库选择,或填写党组织名称。")
