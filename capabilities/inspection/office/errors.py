"""Refusals of inspection work: what is wrong, what to do."""

from datetime import date

from nodekit.errors import NodeError


class TermStillOpen(NodeError):
    """Coverage is counted in one term at a time."""

    code = "inspection.term_still_open"

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”尚未换届,不能另设本届。", hint="请先在届次台账中办理“换届”。")


class NoCurrentTerm(NodeError):
    """Rounds and coverage belong to a term."""

    code = "inspection.no_current_term"

    def __init__(self) -> None:
        super().__init__("尚未设置本届党委届次。", hint="请先在“届次”台账登记本届。")


class AlreadyThere(NodeError):
    """A natural key is taken: the same organisation, round, team or number twice."""

    code = "inspection.already_there"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}已存在,未重复登记。", hint="请从台账打开已有记录办理;确需另登的,请改用不同的名称或编号。")


class TargetInWork(NodeError):
    """An organisation that waits in a round cannot leave the registry."""

    code = "inspection.target_in_work"

    def __init__(self, target: str, round_name: str) -> None:
        super().__init__(f"“{target}”已列入尚未进驻的“{round_name}”。", hint="请先在该轮次中移出,再办理更名、合并或撤销。")


class DateOutOfOrder(NodeError):
    """A step cannot lie before the one it follows, nor in the future."""

    code = "inspection.date_out_of_order"
    status = 422

    def __init__(self, label: str, on: date, *, earliest: date | None = None, latest: date | None = None) -> None:
        if earliest and on < earliest:
            super().__init__(f"{label}日期{on}早于上一环节日期{earliest}。", hint="请核对日期;上一环节日期有误的,请先更正。")
        else:
            super().__init__(f"{label}日期{on}晚于今天{latest}。", hint="环节办完后再登记;计划日期请填在计划栏。")


class SchemeNotFiled(NodeError):
    """An office with a superior files its scheme before the committee authorises."""

    code = "inspection.scheme_not_filed"

    def __init__(self, superior: str) -> None:
        super().__init__("工作方案尚未报备,不能授权。", hint=f"请先办理“报备方案”,报送{superior}。")


class NoSuperior(NodeError):
    """A province files with nobody."""

    code = "inspection.no_superior"

    def __init__(self) -> None:
        super().__init__("本单位没有上级巡视巡察机构,无需报备。", hint="可直接办理下一环节。")


class RoundNotReady(NodeError):
    """What still stands in the way of authorising or entering, one sentence each."""

    code = "inspection.round_not_ready"

    def __init__(self, label: str, reasons: list[str]) -> None:
        super().__init__(f"不能办理“{label}”:{';'.join(reasons[:8])}。", hint="请逐项处理后再办理。", reasons=reasons)


class RoundClosedToChange(NodeError):
    """Targets, teams and batches are fixed once the round has gone on."""

    code = "inspection.round_closed_to_change"

    def __init__(self, round_name: str, status_label: str, what: str) -> None:
        super().__init__(f"“{round_name}”当前为“{status_label}”,不能{what}。", hint="请核对所选轮次。")


class TaskEntered(NodeError):
    """An inspection that has begun is not taken back."""

    code = "inspection.task_entered"

    def __init__(self, target: str) -> None:
        super().__init__(f"“{target}”已经进驻,不能移出或改派。", hint="情况特殊的,请在轮次时间线中说明。")


class TeamNotReady(NodeError):
    """A team is authorised only complete and free of recusal."""

    code = "inspection.team_not_ready"

    def __init__(self, team: str, reasons: list[str]) -> None:
        super().__init__(f"“{team}”暂不能授权:{';'.join(reasons[:8])}。", hint="请补齐人员和回避申报,存在回避情形的请调换人员或由领导小组认定。", reasons=reasons)


class NotInTeam(NodeError):
    """The person or organisation named does not belong to this team."""

    code = "inspection.not_in_team"

    def __init__(self, what: str = "所选人员") -> None:
        super().__init__(f"{what}不属于本巡察组。", hint="请刷新页面后重新选择。")


class MustStandBack(NodeError):
    """A recusal record names the very organisation: the person does not go in unless the leading group rules otherwise."""

    code = "inspection.must_stand_back"

    def __init__(self, hits: list[str]) -> None:
        super().__init__(f"应当回避:{';'.join(hits[:8])}。", hint="请调换人员或改派对象;领导小组认定无需回避的,由有决定权的岗位填写理由和文号后办理。", hits=hits)


class CannotOverride(NodeError):
    """Ruling on recusal is the leading group's."""

    code = "inspection.cannot_override"
    status = 403

    def __init__(self) -> None:
        super().__init__("您的岗位不能认定无需回避。", hint="请由领导小组或办公室负责人办理。")


class FindingsOpen(NodeError):
    """Feedback says everything that stands: nothing may be left half-way."""

    code = "inspection.findings_open"

    def __init__(self, count: int) -> None:
        super().__init__(f"本轮还有{count}个问题未确认,不能反馈。", hint="请在问题台账中逐个确认或作废后再反馈。", count=count)


class WrongGroup(NodeError):
    """A concrete case goes under a heading of the same round."""

    code = "inspection.wrong_group"
    status = 422

    def __init__(self) -> None:
        super().__init__("所选问题归类不在同一轮次,或本身不是归类。", hint="请重新选择所属归类;归类本身不能再有上级归类。")


class UnknownCategory(NodeError):
    """Not a second-level line of the classification in force."""

    code = "inspection.unknown_category"
    status = 422

    def __init__(self, category: str) -> None:
        super().__init__(f"问题类别“{category}”不在现行分类中。", hint="请从二级分类中选择,如“F2.4 财务与资产”。")


class NothingToImport(NodeError):
    """The pasted text has no data rows, or the head line is not understood."""

    code = "inspection.nothing_to_import"
    status = 422

    def __init__(self, missing: list[str]) -> None:
        lacking = f"缺少列:{'、'.join(missing)}。" if missing else "没有数据行。"
        super().__init__(f"未能识别粘贴内容,{lacking}", hint="请连同表头一起从模板表格复制;列名须与模板一致。", missing=missing)


class RowsWrong(NodeError):
    """Import is all or nothing: one wrong row stops the lot."""

    code = "inspection.rows_wrong"
    status = 422

    def __init__(self, rows: list[dict[str, object]]) -> None:
        super().__init__(f"有{len(rows)}行填写不正确,未导入任何数据。", hint="请按行更正后重新校验。", rows=rows[:200])
