"""States and steps of a list upstream, of its local copy, and of what passes between them.

Source: docs/domain (C.2 shared lists). The upper office guides, it does not approve a local adaptation: no step of the local
machine waits for it.
"""

from enum import StrEnum

from shared_schemas.states import State, StateMachine, Tone


class Upstream(StrEnum):
    """One version of a list at the office that issues it."""

    DRAFTING = "drafting"
    SOLICITING = "soliciting"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"
    VOIDED = "voided"


OPEN_UPSTREAM = (Upstream.DRAFTING, Upstream.SOLICITING, Upstream.APPROVED)
"""Not published yet: the items may still change (approved: only after it is taken back)."""
ISSUED_UPSTREAM = (Upstream.PUBLISHED, Upstream.SUPERSEDED, Upstream.WITHDRAWN, Upstream.RETIRED)

UPSTREAM = StateMachine(
    name="shared_list.upstream",
    initial=Upstream.DRAFTING,
    states={
        Upstream.DRAFTING: State("起草中", Tone.GREY),
        Upstream.SOLICITING: State("征求意见", Tone.BLUE),
        Upstream.APPROVED: State("已审批待发布", Tone.PURPLE),
        Upstream.PUBLISHED: State("已发布", Tone.GREEN),
        Upstream.SUPERSEDED: State("已被新版替代", Tone.GREY, final=True),
        Upstream.WITHDRAWN: State("已撤回", Tone.RED, final=True),
        Upstream.RETIRED: State("已归档", Tone.GREY, final=True),
        Upstream.VOIDED: State("已作废", Tone.GREY, final=True),
    },
    steps={
        Upstream.DRAFTING: (Upstream.SOLICITING, Upstream.APPROVED, Upstream.VOIDED),
        Upstream.SOLICITING: (Upstream.DRAFTING, Upstream.VOIDED),
        Upstream.APPROVED: (Upstream.PUBLISHED, Upstream.DRAFTING, Upstream.VOIDED),
        Upstream.PUBLISHED: (Upstream.SUPERSEDED, Upstream.WITHDRAWN, Upstream.RETIRED),
    },
)


class Local(StrEnum):
    """The copy of one version at the office that adapts it."""

    INCOMING = "incoming"
    RECEIVED = "received"
    SIGNED = "signed"
    ADAPTING = "adapting"
    ADAPTED = "adapted"
    CONFIRMED = "confirmed"
    IN_USE = "in_use"
    FILED_BACK = "filed_back"
    STALE = "stale"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"


_ENDS = (Local.STALE, Local.WITHDRAWN, Local.RETIRED)
ACTIVE_LOCAL = tuple(state for state in Local if state not in _ENDS)

LOCAL = StateMachine(
    name="shared_list.local",
    initial=Local.INCOMING,
    states={
        Local.INCOMING: State("接收中", Tone.GREY),
        Local.RECEIVED: State("待签收", Tone.AMBER),
        Local.SIGNED: State("已签收", Tone.BLUE),
        Local.ADAPTING: State("改编中", Tone.BLUE),
        Local.ADAPTED: State("改编完成待审定", Tone.PURPLE),
        Local.CONFIRMED: State("领导小组已审定", Tone.PURPLE),
        Local.IN_USE: State("使用中", Tone.GREEN),
        Local.FILED_BACK: State("已报备", Tone.GREEN),
        Local.STALE: State("已过时(上级有新版)", Tone.GREY, final=True),
        Local.WITHDRAWN: State("上级已撤回", Tone.RED, final=True),
        Local.RETIRED: State("已归档", Tone.GREY, final=True),
    },
    steps={
        Local.INCOMING: (Local.RECEIVED, *_ENDS),
        Local.RECEIVED: (Local.SIGNED, *_ENDS),
        Local.SIGNED: (Local.ADAPTING, Local.IN_USE, *_ENDS),
        Local.ADAPTING: (Local.ADAPTED, *_ENDS),
        Local.ADAPTED: (Local.CONFIRMED, Local.ADAPTING, *_ENDS),
        Local.CONFIRMED: (Local.IN_USE, Local.ADAPTING, *_ENDS),
        Local.IN_USE: (Local.FILED_BACK, Local.ADAPTING, *_ENDS),
        Local.FILED_BACK: (Local.ADAPTING, *_ENDS),
    },
)
REVISABLE = (Local.ADAPTED, Local.CONFIRMED, Local.IN_USE, Local.FILED_BACK)
"""From here an office may take its adaptation up again; finishing it gives the next m of vN.m."""


class Copy(StrEnum):
    """One lower office's copy of a published version, as the issuer knows it."""

    SENT = "sent"
    SIGNED = "signed"
    ADAPTING = "adapting"
    ADAPTED = "adapted"
    CONFIRMED = "confirmed"
    IN_USE = "in_use"
    FILED_BACK = "filed_back"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"


REPORTED = (Copy.SIGNED, Copy.ADAPTING, Copy.ADAPTED, Copy.CONFIRMED, Copy.IN_USE, Copy.FILED_BACK)
"""States a lower office reports. It is the owner of its adaptation, so the issuer follows any order of them."""
_COPY_ENDS = (Copy.SUPERSEDED, Copy.WITHDRAWN, Copy.RETIRED)

COPY = StateMachine(
    name="shared_list.copy",
    initial=Copy.SENT,
    states={
        Copy.SENT: State("待签收", Tone.AMBER),
        Copy.SIGNED: State("已签收", Tone.BLUE),
        Copy.ADAPTING: State("改编中", Tone.BLUE),
        Copy.ADAPTED: State("改编完成", Tone.BLUE),
        Copy.CONFIRMED: State("领导小组已审定", Tone.PURPLE),
        Copy.IN_USE: State("使用中", Tone.GREEN),
        Copy.FILED_BACK: State("已报备", Tone.GREEN),
        Copy.SUPERSEDED: State("已被新版替代", Tone.GREY, final=True),
        Copy.WITHDRAWN: State("已撤回", Tone.RED, final=True),
        Copy.RETIRED: State("已归档", Tone.GREY, final=True),
    },
    steps={
        Copy.SENT: (*REPORTED, *_COPY_ENDS),
        **{state: (*(to for to in REPORTED if to is not state), *_COPY_ENDS) for state in REPORTED},
    },
)

PROPOSAL = StateMachine(
    name="shared_list.proposal",
    initial="received",
    states={
        "received": State("待研究", Tone.AMBER),
        "adopted": State("已采纳", Tone.GREEN, final=True),
        "declined": State("未采纳", Tone.GREY, final=True),
    },
    steps={"received": ("adopted", "declined")},
)

SOLICITATION = StateMachine(
    name="shared_list.solicitation",
    initial="open",
    states={
        "open": State("待回复", Tone.AMBER),
        "replied": State("已回复", Tone.GREEN),
        "closed": State("已截止", Tone.GREY, final=True),
    },
    steps={"open": ("replied", "closed"), "replied": ("closed",)},
)

FILING = StateMachine(
    name="shared_list.filing",
    initial="incoming",
    states={
        "incoming": State("接收中", Tone.GREY),
        "filed": State("已报备", Tone.BLUE),
        "commented": State("已提意见", Tone.GREEN),
        "replaced": State("已被新的备案替代", Tone.GREY, final=True),
    },
    steps={"incoming": ("filed",), "filed": ("commented", "replaced"), "commented": ("replaced",)},
)

ITEM = StateMachine(
    name="shared_list.item",
    initial="editing",
    states={
        "editing": State("编辑中", Tone.BLUE),
        "fixed": State("已定稿", Tone.GREEN),
        "removed": State("已删除", Tone.GREY, final=True),
    },
    steps={"editing": ("fixed", "removed"), "fixed": ("editing",)},
)

KIND = StateMachine(
    name="shared_list.kind",
    initial="active",
    states={"active": State("启用", Tone.GREEN), "stopped": State("停用", Tone.GREY)},
    steps={"active": ("stopped",), "stopped": ("active",)},
)

EXTENSION = StateMachine(
    name="shared_list.extension",
    initial="requested",
    states={
        "requested": State("待答复", Tone.AMBER),
        "granted": State("同意延期", Tone.GREEN, final=True),
        "refused": State("不同意延期", Tone.RED, final=True),
    },
    steps={"requested": ("granted", "refused")},
)


class Decision(StrEnum):
    """What a local office makes of one item."""

    ADOPT = "adopt"
    MODIFY = "modify"
    DROP = "drop"
    ADD = "add"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, code: str) -> "Decision":
        """The decision a wire code names; UNKNOWN for one that only newer releases know."""
        return cls(code) if code in cls._value2member_map_ else cls.UNKNOWN

    @property
    def label(self) -> str:
        return {"adopt": "采用", "modify": "修改", "drop": "删去", "add": "新增", "unknown": "其他"}[self.value]


class Change(StrEnum):
    """What a proposal asks for."""

    ADD = "add"
    MODIFY = "modify"
    REMOVE = "remove"
    GENERAL = "general"

    @classmethod
    def of(cls, code: str) -> "Change":
        return cls(code) if code in cls._value2member_map_ else cls.GENERAL

    @property
    def label(self) -> str:
        return {"add": "增加条目", "modify": "修改条目", "remove": "删除条目", "general": "总体意见"}[self.value]


URGE_LEVELS = {"remind": "提醒", "urge": "催办", "supervise": "督办"}
"""The ladder of a late matter; each step is counted."""
