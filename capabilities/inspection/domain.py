"""The rules of a round of inspection: states and steps, counting, coverage, numbering. Pure.

Source: docs/domain/sources.md (R8, R9, T1, T2, G1 for the phases of a round; G2 for what is filed).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from capabilities.inspection.vocabulary import Level, Role, RoundKind
from shared_schemas.states import State, StateMachine, Tone

LINKED_KINDS = frozenset({RoundKind.LIFTED, RoundKind.CROSS, RoundKind.JOINT, RoundKind.INTEGRATED})
"""Kinds that several offices take part in: only the counting owner adds them to its figures."""

TARGET = StateMachine(
    "巡察对象", "active",
    {
        "active": State("在库", Tone.GREEN),
        "renamed": State("已更名", Tone.GREY, final=True),
        "merged": State("已合并", Tone.GREY, final=True),
        "abolished": State("已撤销", Tone.GREY, final=True),
    },
    {"active": ("renamed", "merged", "abolished")},
)

TERM = StateMachine("届次", "current", {"current": State("本届", Tone.GREEN), "ended": State("已换届", Tone.GREY, final=True)}, {"current": ("ended",)})

ROUND = StateMachine(
    "轮次", "planned",
    {
        "planned": State("已列入计划", Tone.GREY),
        "scheme_drafted": State("方案已拟定"),
        "scheme_filed": State("方案已报备"),
        "authorised": State("已授权"),
        "entered": State("进驻巡察中", Tone.PURPLE),
        "midterm_reviewed": State("已中期点评", Tone.PURPLE),
        "onsite_ended": State("现场已结束", Tone.AMBER),
        "reported": State("报告已提交", Tone.AMBER),
        "heard_by_leading_group": State("领导小组已听取", Tone.AMBER),
        "heard_by_secretary_meeting": State("书记专题会已听取", Tone.AMBER),
        "fed_back": State("已反馈"),
        "rectifying": State("整改中"),
        "evaluated": State("整改已评估", Tone.GREEN),
        "archived": State("已归档", Tone.GREEN, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    {
        "planned": ("scheme_drafted", "voided"),
        "scheme_drafted": ("scheme_filed", "authorised", "voided"),
        "scheme_filed": ("authorised", "scheme_drafted", "voided"),
        "authorised": ("entered", "voided"),
        "entered": ("midterm_reviewed", "onsite_ended"),
        "midterm_reviewed": ("onsite_ended",),
        "onsite_ended": ("reported",),
        "reported": ("heard_by_leading_group",),
        "heard_by_leading_group": ("heard_by_secretary_meeting",),
        "heard_by_secretary_meeting": ("fed_back",),
        "fed_back": ("rectifying",),
        "rectifying": ("evaluated",),
        "evaluated": ("archived",),
    },
)
"""`scheme_filed -> scheme_drafted` is a filing sent back for correction. A short inspection may have no mid-term review."""

ROUND_LINE = tuple(code for code in ROUND.states if code != "voided")
"""The main line, in order: used by the step bar and to tell what lies before what."""
BEFORE_ENTRY = frozenset({"planned", "scheme_drafted", "scheme_filed", "authorised"})
ON_SITE = frozenset({"entered", "midterm_reviewed"})
AFTER_FEEDBACK = frozenset({"fed_back", "rectifying", "evaluated", "archived"})
SINCE_ENTRY = frozenset(ROUND_LINE[ROUND_LINE.index("entered"):])

TEAM = StateMachine(
    "巡察组", "forming",
    {"forming": State("组建中", Tone.GREY), "authorised": State("已授权"), "on_site": State("现场巡察", Tone.PURPLE), "disbanded": State("已撤组", Tone.GREEN, final=True)},
    {"forming": ("authorised", "disbanded"), "authorised": ("on_site", "disbanded"), "on_site": ("disbanded",)},
)

FINDING = StateMachine(
    "问题", "registered",
    {
        "registered": State("已登记", Tone.GREY),
        "returned": State("已退回", Tone.RED),
        "reviewed": State("已审核"),
        "confirmed": State("已确认", Tone.AMBER),
        "fed_back": State("已反馈"),
        "rectifying": State("整改中", Tone.PURPLE),
        "closed": State("已销号", Tone.GREEN, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    {
        "registered": ("reviewed", "returned", "voided"),
        "returned": ("registered", "voided"),
        "reviewed": ("confirmed", "returned", "voided"),
        "confirmed": ("fed_back", "voided"),
        "fed_back": ("rectifying", "closed"),
        "rectifying": ("closed",),
    },
)
FINDING_OPEN = frozenset({"registered", "returned", "reviewed"})
"""Neither confirmed nor voided: these keep a round from being fed back."""
REGISTRATION_OPEN = SINCE_ENTRY - AFTER_FEEDBACK
"""Rounds in which findings may still be entered and corrected."""
FINDING_LINE = ("registered", "reviewed", "confirmed", "fed_back", "rectifying", "closed")
CONFIRMED_ON = frozenset({"confirmed", "fed_back", "rectifying", "closed"})
"""States in which a finding stands: only these are counted."""

FILING = StateMachine(
    "报备", "sent",
    {
        "sent": State("待签收"),
        "signed": State("已签收", Tone.PURPLE),
        "returned": State("已退回", Tone.RED),
        "acknowledged": State("已备案", Tone.GREEN, final=True),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
    },
    {"sent": ("signed", "withdrawn"), "signed": ("acknowledged", "returned"), "returned": ("sent", "withdrawn"), "withdrawn": ("signed",)},
)
"""Both sides keep one filing in these states; the sender's `sent` is the receiver's 待签收.

`withdrawn -> signed` exists for the sender alone: the superior signed while the withdrawal was on its way, and signing wins.
"""
FILING_LINE = ("sent", "signed", "acknowledged")

PERSON = StateMachine("回避档案", "listed", {"listed": State("在库", Tone.GREEN), "left": State("已出库", Tone.GREY, final=True)}, {"listed": ("left",)})
MAPPING = StateMachine("分类对应", "in_force", {"in_force": State("现行", Tone.GREEN), "replaced": State("已调整", Tone.GREY, final=True)}, {"in_force": ("replaced",)})

MEETING = StateMachine("会议", "recorded", {"recorded": State("已记录", Tone.GREEN), "voided": State("已作废", Tone.GREY, final=True)}, {"recorded": ("voided",)})

ROLES_NEEDED = (Role.LEADER, Role.LIAISON, Role.OFFICE_CONTACT)
"""A team cannot be authorised without these: fixed roles in a team (T1)."""
HANDLERS_MIN = 2
"""A working paper is signed by two at least. Source: docs/domain/sources.md, G3."""


def counts(level: str, group_id: object | None, counting_level: str) -> bool:
    """Whether a finding adds one to a figure of a round that counts at `counting_level`.

    A concrete case that belongs to no heading stands for itself at both levels.
    """
    if level == counting_level:
        return True
    return level == Level.INSTANCE and counting_level == Level.GROUP and group_id is None


def next_number(prefix: str, taken: Iterable[str]) -> str:
    """`YL-01-004` after `YL-01-003`: the running number never reuses a gap, so that a voided number stays explained."""
    serials = [int(number[len(prefix) + 1:]) for number in taken if number.startswith(f"{prefix}-") and number[len(prefix) + 1:].isdigit()]
    return f"{prefix}-{max(serials, default=0) + 1:03d}"


CHINESE_DIGITS = "零一二三四五六七八九十"


def chinese_number(number: int) -> str:
    """1..99 as written in 第十五轮."""
    tens, ones = divmod(number, 10)
    if number <= 10:  # noqa: PLR2004 - the digits themselves
        return CHINESE_DIGITS[number]
    return ("" if tens == 1 else CHINESE_DIGITS[tens]) + "十" + (CHINESE_DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Visit:
    """One organisation entered in one round."""

    target_id: UUID
    round_id: UUID
    on: date
    own: bool
    """Counted by this office; False: organised and counted by a superior one."""


@dataclass(frozen=True)
class Coverage:
    """How much of the term's task is done."""

    total: int
    covered: Mapping[UUID, Visit]
    """Target of the term -> the first visit that covers it, its own or that of the organisation it came from."""
    uncovered: tuple[UUID, ...]

    @property
    def done(self) -> int:
        return len(self.covered)

    @property
    def by_superior(self) -> int:
        """Covered only by a task which a superior office organised and counts."""
        return sum(not visit.own for visit in self.covered.values())


def coverage(targets: Collection[UUID], visits: Iterable[Visit], came_from: Mapping[UUID, Collection[UUID]]) -> Coverage:
    """Coverage of a term. A renamed or merged organisation counts as covered when one it came from was.

    Args:
        targets: organisations to be covered in the term, as they are today.
        visits: every organisation entered in the term; several visits of one count once.
        came_from: successor -> organisations it came from.
    """
    first: dict[UUID, Visit] = {}
    for visit in sorted(visits, key=lambda each: (not each.own, each.on)):
        first.setdefault(visit.target_id, visit)
    covered = {}
    for target in targets:
        hits = [first[each] for each in _with_ancestors(target, came_from) if each in first]
        if hits:
            covered[target] = min(hits, key=lambda each: (not each.own, each.on))
    return Coverage(len(targets), covered, tuple(target for target in targets if target not in covered))


def _with_ancestors(target: UUID, came_from: Mapping[UUID, Collection[UUID]]) -> list[UUID]:
    """The organisation and all it came from. Loops (a name given back) end the walk."""
    seen: list[UUID] = []
    waiting = [target]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.append(each)
            waiting.extend(came_from.get(each, ()))
    return seen
