"""State machines of all sides. Source of the steps: docs/domain (exchange C.4, receipts C.0)."""

from shared_schemas.states import State, StateMachine, Tone

REPORT = StateMachine(
    name="共性问题上报",
    initial="drafted",
    states={
        "drafted": State("待报送", Tone.GREY),
        "reported": State("已报送", Tone.BLUE),
        "pooled": State("已入库", Tone.GREEN),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    steps={"drafted": ("reported", "voided"), "reported": ("pooled", "withdrawn"), "pooled": ("withdrawn",)},
)

ESCALATION = StateMachine(
    name="下借上势提请",
    initial="drafted",
    states={
        "drafted": State("草稿", Tone.GREY),
        "escalated": State("待研究", Tone.AMBER),
        "taken_up": State("上级已受理", Tone.GREEN, final=True),
        "returned_with_guidance": State("退回并指导", Tone.PURPLE, final=True),
        "merged_into": State("已并入", Tone.GREEN, final=True),
        "decided": State("已答复", Tone.GREEN, final=True),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    steps={
        "drafted": ("escalated", "voided"), "escalated": ("taken_up", "returned_with_guidance", "merged_into", "decided", "withdrawn"),
        "taken_up": ("merged_into",),
    },
)
"""`taken_up -> merged_into`: the issue above was later joined with another; the fate stays visible below."""

INCOMING = StateMachine(
    name="下级提请",
    initial="received",
    states={
        "received": State("待研究", Tone.AMBER),
        "taken_up": State("已受理", Tone.GREEN, final=True),
        "returned_with_guidance": State("退回并指导", Tone.PURPLE, final=True),
        "merged_into": State("已并入", Tone.GREEN, final=True),
        "withdrawn": State("来方撤回", Tone.GREY, final=True),
    },
    steps={"received": ("taken_up", "returned_with_guidance", "merged_into", "withdrawn"), "taken_up": ("merged_into",)},
)

POOLED = StateMachine(
    name="上报问题",
    initial="pooled",
    states={
        "pooled": State("待分析", Tone.BLUE),
        "in_issue": State("已列入共性问题", Tone.GREEN),
        "withdrawn": State("来方撤回", Tone.GREY, final=True),
    },
    steps={"pooled": ("in_issue", "withdrawn"), "in_issue": ("pooled", "withdrawn")},
)

ANALYSIS = StateMachine(name="分析记录", initial="done", states={"done": State("已完成", Tone.GREEN, final=True)})

THRESHOLD = StateMachine(
    name="分析阈值",
    initial="in_force",
    states={"in_force": State("现行", Tone.GREEN), "replaced": State("已调整", Tone.GREY, final=True)},
    steps={"in_force": ("replaced",)},
)

CANDIDATE = StateMachine(
    name="候选共性问题",
    initial="detected",
    states={
        "detected": State("待研判", Tone.AMBER),
        "confirmed": State("已确认", Tone.GREEN, final=True),
        "merged": State("已并入", Tone.GREEN, final=True),
        "dismissed": State("已排除", Tone.GREY, final=True),
        "superseded": State("已更新", Tone.GREY, final=True),
    },
    steps={"detected": ("confirmed", "merged", "dismissed", "superseded")},
)

ISSUE = StateMachine(
    name="共性问题",
    initial="confirmed",
    states={
        "confirmed": State("已确认", Tone.BLUE),
        "in_governance": State("治理中", Tone.PURPLE),
        "closed": State("已办结", Tone.GREEN, final=True),
        "merged": State("已并入其他问题", Tone.GREY, final=True),
    },
    steps={"confirmed": ("in_governance", "closed", "merged"), "in_governance": ("closed",)},
)
ISSUE_PROCESS = ("confirmed", "in_governance", "closed")
ISSUE_OPEN = frozenset({"confirmed", "in_governance"})

INSTRUMENT = StateMachine(
    name="通报函件",
    initial="drafted",
    states={
        "drafted": State("草稿", Tone.GREY),
        "reviewed": State("已审核", Tone.BLUE),
        "signed_off": State("已签发", Tone.BLUE),
        "issued": State("已印发", Tone.PURPLE),
        "closed": State("已办结", Tone.GREEN, final=True),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
        "superseded": State("已被替代", Tone.GREY, final=True),
    },
    steps={
        "drafted": ("reviewed", "voided"),
        "reviewed": ("signed_off", "drafted", "voided"),
        "signed_off": ("issued", "drafted", "voided"),
        "issued": ("closed", "withdrawn", "voided", "superseded"),
    },
)
INSTRUMENT_PROCESS = ("drafted", "reviewed", "signed_off", "issued", "closed")

_AT_WORK = {
    "signed": State("已签收", Tone.BLUE),
    "plan_replied": State("已首报", Tone.BLUE),
    "in_governance": State("治理中", Tone.PURPLE),
    "redo": State("需重新办理", Tone.RED),
}
_END = {
    "closed": State("已办结", Tone.GREEN, final=True), "voided": State("已作废", Tone.GREY, final=True), "superseded": State("已被替代", Tone.GREY, final=True),
}
_STRUCK = ("voided", "superseded")
"""A letter that is out ends so at any time before it is closed: struck out, or replaced by a newer one."""

COPY = StateMachine(
    name="函件台账",
    initial="sent",
    states={
        "sent": State("待签收", Tone.AMBER),
        "withdrawing": State("撤回中", Tone.AMBER),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
        "returned": State("对方退回", Tone.RED),
        **_AT_WORK,
        "result_replied": State("待评价", Tone.AMBER),
        "assessed": State("评价通过", Tone.BLUE),
        **_END,
    },
    steps={
        "sent": ("signed", "returned", "withdrawing", *_STRUCK),
        "withdrawing": ("withdrawn", "signed", "returned", *_STRUCK),
        "returned": ("withdrawn", *_STRUCK),
        "signed": ("plan_replied", "in_governance", "result_replied", *_STRUCK),
        "plan_replied": ("in_governance", "result_replied", *_STRUCK),
        "in_governance": ("result_replied", *_STRUCK),
        "result_replied": ("assessed", "redo", *_STRUCK),
        "redo": ("result_replied", *_STRUCK),
        "assessed": ("closed", *_STRUCK),
    },
)
COPY_PROCESS = ("sent", "signed", "plan_replied", "in_governance", "result_replied", "assessed", "closed")
COPY_OWED = frozenset({"sent", "signed", "plan_replied", "in_governance", "redo"})
"""The addressee owes something: reminders make sense."""

RECEIVED = StateMachine(
    name="收到函件",
    initial="delivered",
    states={
        "delivered": State("待签收", Tone.AMBER),
        "returned": State("已退回", Tone.GREY),
        "withdrawn": State("来方撤回", Tone.GREY, final=True),
        **_AT_WORK,
        "result_replied": State("已反馈", Tone.BLUE),
        "accepted": State("已认可", Tone.GREEN),
        **_END,
    },
    steps={
        "delivered": ("signed", "returned", "withdrawn", *_STRUCK),
        "returned": ("withdrawn", *_STRUCK),
        "signed": ("plan_replied", "in_governance", "result_replied", *_STRUCK),
        "plan_replied": ("in_governance", "result_replied", *_STRUCK),
        "in_governance": ("result_replied", *_STRUCK),
        "result_replied": ("accepted", "redo", *_STRUCK),
        "redo": ("result_replied", *_STRUCK),
        "accepted": ("closed", *_STRUCK),
    },
)
RECEIVED_PROCESS = ("delivered", "signed", "plan_replied", "in_governance", "result_replied", "accepted", "closed")
AT_WORK = frozenset(_AT_WORK)
"""Both machines: signed, and the result is not in."""

CAMPAIGN = StateMachine(
    name="专项治理",
    initial="launched",
    states={
        "launched": State("已部署", Tone.BLUE),
        "self_check": State("自查自纠", Tone.BLUE),
        "field_check": State("实地抽查", Tone.PURPLE),
        "summary": State("总结", Tone.PURPLE),
        "institution_built": State("建章立制", Tone.PURPLE),
        "closed": State("已办结", Tone.GREEN, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    steps={
        "launched": ("self_check", "voided"),
        "self_check": ("field_check", "voided"),
        "field_check": ("summary", "voided"),
        "summary": ("institution_built", "voided"),
        "institution_built": ("closed",),
    },
)
CAMPAIGN_PROCESS = ("launched", "self_check", "field_check", "summary", "institution_built", "closed")


def next_phase(status: str) -> str | None:
    """The campaign's next phase; None after the last."""
    here = CAMPAIGN_PROCESS.index(status) if status in CAMPAIGN_PROCESS else len(CAMPAIGN_PROCESS)
    return CAMPAIGN_PROCESS[here + 1] if here + 1 < len(CAMPAIGN_PROCESS) else None
