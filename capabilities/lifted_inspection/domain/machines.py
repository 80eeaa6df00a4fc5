"""States and steps. Source: docs/domain, C.5 (task), C.12 (people), C.0 (receipts and side steps)."""

from shared_schemas.states import State, StateMachine, Tone

REQUEST = StateMachine(
    "提级申请", "draft",
    {
        "draft": State("草稿", Tone.GREY),
        "proposed": State("已申请,待签收"),
        "withdrawing": State("撤回中", Tone.AMBER),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
        "returned": State("已退回", Tone.RED),
        "signed": State("上级已签收"),
        "consulting": State("上级会商中", Tone.PURPLE),
        "escalated": State("已提请上一级", Tone.PURPLE),
        "approved": State("已批准", Tone.GREEN),
        "declined": State("不予同意", Tone.RED, final=True),
        "deferred": State("暂缓", Tone.AMBER),
        "closed": State("任务已办结", Tone.GREEN, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    {
        "draft": ("proposed", "voided"),
        "proposed": ("withdrawing", "returned", "signed"),
        "withdrawing": ("withdrawn", "signed", "returned"),
        "returned": ("proposed", "withdrawn", "voided"),
        "signed": ("consulting", "escalated", "approved", "declined", "deferred", "returned"),
        "consulting": ("escalated", "approved", "declined", "deferred", "voided"),
        "escalated": ("consulting", "approved", "declined", "deferred"),
        "deferred": ("consulting", "escalated", "approved", "declined", "deferred"),
        "approved": ("closed", "voided"),
    },
)
REQUEST_LINE = ("draft", "proposed", "signed", "consulting", "approved", "closed")
REQUEST_WAITING = frozenset({"proposed", "signed", "consulting", "escalated", "deferred"})
"""States in which the superior owes something: these can be urged."""

TASK = StateMachine(
    "提级、交叉、联动任务", "proposed",
    {
        "proposed": State("待签收"),
        "signed": State("待会商"),
        "consulting": State("会商中", Tone.PURPLE),
        "consulted": State("待审批", Tone.AMBER),
        "escalated": State("已提请上级", Tone.PURPLE),
        "approved_above": State("上级已批准组织", Tone.GREEN, final=True),
        "approved": State("已批准,待下达任务"),
        "declined": State("不予同意", Tone.GREY, final=True),
        "deferred": State("暂缓", Tone.AMBER),
        "tasked": State("任务已下达"),
        "staffing": State("抽调组队中", Tone.PURPLE),
        "team_formed": State("已组队,待进驻"),
        "entered": State("进驻巡察中", Tone.PURPLE),
        "reported": State("报告已提交", Tone.AMBER),
        "fed_back": State("已反馈"),
        "handed_over": State("已移交,待属地签收"),
        "rectification_supervised_locally": State("属地监督整改中"),
        "result_reported_up": State("整改结果已上报", Tone.AMBER),
        "closed": State("已办结", Tone.GREEN, final=True),
        "returned": State("已退回", Tone.RED),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    {
        "proposed": ("signed", "returned", "withdrawn"),
        "returned": ("proposed", "withdrawn"),
        "signed": ("consulting", "returned", "voided"),
        "consulting": ("consulted", "voided"),
        "consulted": ("approved", "declined", "deferred", "escalated", "consulting"),
        "escalated": ("approved_above", "declined", "deferred", "consulted"),
        "deferred": ("consulting", "declined", "approved_above"),
        "approved": ("tasked", "voided"),
        "tasked": ("staffing", "team_formed", "voided"),
        "staffing": ("team_formed", "voided"),
        "team_formed": ("entered", "staffing", "voided"),
        "entered": ("reported",),
        "reported": ("fed_back",),
        "fed_back": ("handed_over",),
        "handed_over": ("rectification_supervised_locally",),
        "rectification_supervised_locally": ("result_reported_up",),
        "result_reported_up": ("closed", "rectification_supervised_locally"),
    },
)
TASK_LINE = (
    "proposed", "consulting", "consulted", "approved", "tasked", "staffing", "team_formed", "entered", "reported", "fed_back", "handed_over",
    "rectification_supervised_locally", "result_reported_up", "closed",
)
DECIDED_FOR = frozenset(TASK_LINE[TASK_LINE.index("approved"):])
"""States of a task that this office carries out."""
ENTERED_ON = frozenset(TASK_LINE[TASK_LINE.index("entered"):])
REPORTED_ON = frozenset(TASK_LINE[TASK_LINE.index("reported"):])
FED_BACK_ON = frozenset(TASK_LINE[TASK_LINE.index("fed_back"):])
UNDECIDED = frozenset({"signed", "consulting", "consulted"})
VOIDABLE = frozenset({"signed", "consulting", "approved", "tasked", "staffing", "team_formed"})

CONSULTATION = StateMachine(
    "会商", "sent",
    {"sent": State("待签收"), "signed": State("办理中", Tone.PURPLE), "replied": State("已答复", Tone.GREEN, final=True)},
    {"sent": ("signed", "replied"), "signed": ("replied",)},
)
"""Both ends keep a consultation in these states. An opinion given on paper is recorded without a signature before."""

PAPER = StateMachine(
    "文书", "sent",
    {"sent": State("待签收"), "signed": State("已签收", Tone.GREEN, final=True), "returned": State("已退回", Tone.RED), "voided": State("已作废", Tone.GREY, final=True)},
    {"sent": ("signed", "returned", "voided"), "returned": ("sent", "voided")},
)
"""One copy for one addressee, at both ends."""

SECONDMENT = StateMachine(
    "抽调", "requested",
    {
        "requested": State("待签收"),
        "signed": State("待推荐人选"),
        "offered": State("已推荐,待遴选", Tone.AMBER),
        "replacing": State("待更换人选", Tone.RED),
        "lettered": State("抽调函已发,待放行"),
        "released": State("已放行,待到岗"),
        "joined": State("在岗", Tone.PURPLE),
        "returned": State("已返回", Tone.GREEN, final=True),
        "declined": State("不能满足", Tone.GREY, final=True),
        "cancelled": State("已取消", Tone.GREY, final=True),
    },
    {
        "requested": ("signed", "cancelled"),
        "signed": ("offered", "declined", "cancelled"),
        "offered": ("offered", "replacing", "lettered", "cancelled"),
        "replacing": ("offered", "lettered", "declined", "cancelled"),  # a new offer may have crossed the request to replace
        "lettered": ("released", "replacing", "cancelled"),
        "released": ("joined", "replacing", "cancelled"),
        "joined": ("returned", "replacing", "cancelled"),
    },
)
SECONDMENT_LINE = ("requested", "signed", "offered", "lettered", "released", "joined", "returned")
SECONDMENT_OPEN = frozenset(SECONDMENT.states) - {"returned", "declined", "cancelled"}

CANDIDATE = StateMachine(
    "人选", "offered",
    {
        "offered": State("待遴选"),
        "conflicted": State("需回避", Tone.RED),
        "chosen": State("已选用", Tone.GREEN),
        "released": State("已放行"),
        "joined": State("在岗", Tone.PURPLE),
        "returned": State("已返回", Tone.GREEN, final=True),
        "rejected": State("已更换", Tone.GREY, final=True),
    },
    {
        "offered": ("chosen", "conflicted", "rejected"),
        "conflicted": ("rejected",),
        "chosen": ("released", "conflicted", "rejected"),
        "released": ("joined", "conflicted", "rejected"),
        "joined": ("returned", "conflicted", "rejected"),
    },
)
ON_BOARD = frozenset({"chosen", "released", "joined"})
"""People counted on for the team."""

ASSIGNMENT = StateMachine(
    "上级组织任务", "tasked",
    {
        "tasked": State("任务已下达"),
        "entered": State("进驻巡察中", Tone.PURPLE),
        "fed_back": State("已反馈"),
        "handed_over": State("移交清单待签收", Tone.AMBER),
        "supervising": State("监督整改中"),
        "result_reported": State("整改结果已上报", Tone.GREEN),
        "closed": State("已办结", Tone.GREEN, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    {
        "tasked": ("entered", "closed", "voided"),
        "entered": ("fed_back", "closed"),
        "fed_back": ("handed_over", "closed"),
        "handed_over": ("supervising",),
        "supervising": ("result_reported",),
        "result_reported": ("supervising", "closed"),
    },
)
ASSIGNMENT_LINE = ("tasked", "entered", "fed_back", "handed_over", "supervising", "result_reported", "closed")

REPORT = StateMachine(
    "整改上报", "sent",
    {"sent": State("待审核"), "accepted": State("已认可", Tone.GREEN, final=True), "redo": State("需补充", Tone.RED, final=True)},
    {"sent": ("accepted", "redo")},
)
"""One report of the host. What has to be done again comes as a new report with a new number."""
