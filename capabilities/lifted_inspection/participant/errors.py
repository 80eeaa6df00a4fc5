"""Refusals of the participating side."""

from nodekit.errors import NodeError, Refused


class SelfCheckHit(NodeError):
    """The check before offering found something."""

    code = "lifted_inspection.self_check_hit"

    def __init__(self, hits: list[str]) -> None:
        super().__init__(f"回避自查有疑点:{';'.join(hits)}。", hint="请换人推荐;确需报组织单位认定的,勾选“已知自查疑点”后再提交。", hits=hits)


class MoreThanFound(NodeError):
    code = "lifted_inspection.more_than_found"
    status = 422

    def __init__(self, findings: int) -> None:
        super().__init__(f"已整改和长期坚持之和不能超过移交问题数({findings}个)。", hint="请核对数字。", findings=findings)


class PlanMissing(NodeError):
    code = "lifted_inspection.plan_missing"

    def __init__(self) -> None:
        super().__init__("还没有上报整改方案,不能上报整改评估结果。", hint="请先上报整改方案。")


class ExtensionPending(NodeError):
    code = "lifted_inspection.extension_pending"

    def __init__(self) -> None:
        super().__init__("延期申请已提出,等待组织单位答复。", hint="请等待答复。")


class TooLateToExtend(NodeError):
    code = "lifted_inspection.too_late_to_extend"
    status = 422

    def __init__(self) -> None:
        super().__init__("延期申请须在期限前提出,且延至日期晚于现期限。", hint="已超期的,请与组织单位联系。")


class UnknownAssignment(Refused):
    """Nobody over this office sent this."""

    code = "lifted_inspection.unknown_assignment"

    def __init__(self) -> None:
        super().__init__("本单位没有贵单位的该任务或抽调需求。", hint="请核对编号。")
