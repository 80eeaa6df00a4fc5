"""Refusals of the organising side."""

from nodekit.errors import NodeError, Refused


class OpinionsOutstanding(NodeError):
    code = "lifted_inspection.opinions_outstanding"

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"{'、'.join(names)}尚未答复会商意见。", hint="请催促答复或录入纸质意见;确需先行的,在“未答复说明”中写明原因。", offices=names)


class AskedAlready(NodeError):
    code = "lifted_inspection.asked_already"

    def __init__(self) -> None:
        super().__init__("所选单位的会商函尚未答复,无需重复发函。", hint="请等待答复,或录入纸质会商意见。")


class NobodyConsulted(NodeError):
    code = "lifted_inspection.nobody_consulted"

    def __init__(self) -> None:
        super().__init__("还没有会商意见,不能完成会商。", hint="请先发出会商函,或录入纸质会商意见。")


class WrongOffices(NodeError):
    """Host, contributors or counting owner do not fit the kind."""

    code = "lifted_inspection.wrong_offices"
    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="请核对属地、抽调单位和统计归口单位。")


class NoSuperior(NodeError):
    code = "lifted_inspection.nobody_above"

    def __init__(self) -> None:
        super().__init__("本单位没有接入系统的上级巡视巡察机构,无法提请。", hint="请在本级作出决定。")


class TeamIncomplete(NodeError):
    """Recusal hits, missing or unreleased people."""

    code = "lifted_inspection.team_incomplete"

    def __init__(self, gaps: list[str]) -> None:
        super().__init__(f"还不能组队:{';'.join(gaps)}。", hint="请在抽调看板上遴选、更换或催促放行后再组队。", gaps=gaps)


class RecusalHit(NodeError):
    code = "lifted_inspection.recusal_hit"

    def __init__(self, hits: list[str]) -> None:
        super().__init__(f"该人选须回避:{';'.join(hits)}。", hint="请更换人选。", hits=hits)


class NothingChosen(NodeError):
    code = "lifted_inspection.nothing_chosen"

    def __init__(self) -> None:
        super().__init__("还有人选未遴选,或选用人数不足,不能发抽调函。", hint="请先在抽调人选台账逐人选用或更换。")


class NotAContributor(NodeError):
    code = "lifted_inspection.not_a_contributor"
    status = 422

    def __init__(self) -> None:
        super().__init__("该单位不是本任务的抽调单位。", hint="抽调单位在批准时确定。")


class FindingsDiffer(NodeError):
    code = "lifted_inspection.findings_twice"
    status = 422

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(f"问题编号重复:{'、'.join(numbers)}。", hint="每个问题一个编号。", numbers=numbers)


class ResultNotAccepted(NodeError):
    code = "lifted_inspection.result_not_accepted"

    def __init__(self) -> None:
        super().__init__("属地上报的整改评估结果尚未认可,不能办结。", hint="请先审核整改上报。")


class NothingToReview(NodeError):
    code = "lifted_inspection.nothing_to_review"

    def __init__(self) -> None:
        super().__init__("没有待审核的整改上报。", hint="请刷新页面核对。")


class DatesReversed(NodeError):
    code = "lifted_inspection.dates_reversed"
    status = 422

    def __init__(self) -> None:
        super().__init__("结束日期早于开始日期。", hint="请核对日期。")


class UnknownTask(Refused):
    """Nothing here that the sender could speak of."""

    code = "lifted_inspection.unknown_task"

    def __init__(self) -> None:
        super().__init__("本单位没有与贵单位有关的该任务、函件或申请。", hint="请核对编号。")


class NotBelow(Refused):
    """Only offices directly below may ask."""

    code = "lifted_inspection.not_below"

    def __init__(self) -> None:
        super().__init__("贵单位不由本单位受理提级申请。", hint="请报送直接上级巡视巡察机构。")
