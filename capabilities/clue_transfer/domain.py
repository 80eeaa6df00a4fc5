"""What both sides agree on: states and steps of a clue, where it goes, what is counted. Pure.

Source of the steps: docs/domain (exchange C.6, receipts C.0, need to know B.2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from shared_schemas.offices import OfficeKind, Tier
from shared_schemas.states import State, StateMachine, Tone

# --- words -----------------------------------------------------------------------------------------------------------


class Word(StrEnum):
    """A list that may grow: a value of a newer release reads as UNKNOWN, never as an error."""

    @classmethod
    def of(cls, code: str) -> "Word":
        return cls(code) if code in cls._value2member_map_ else cls("unknown")

    @property
    def label(self) -> str:
        return LABELS[type(self).__name__].get(self.value, "其他(新版本类别)")

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """What a form offers: everything but UNKNOWN."""
        return [(item.value, item.label) for item in cls if item.value != "unknown"]


class Matter(Word):
    """Kind of matter. With the cadre authority it decides which body gets the clue."""

    DISCIPLINE = "discipline"
    DUTY_CRIME = "duty_crime"
    CONDUCT = "conduct"
    SELECTION = "selection"
    DUTY_PERFORMANCE = "duty_performance"
    UNKNOWN = "unknown"


class Disposition(Word):
    """The four ways to dispose of a clue."""

    TALK_INQUIRY = "talk_inquiry"
    PRELIMINARY_VERIFICATION = "preliminary_verification"
    SHELVED = "shelved"
    CLOSED_NO_ACTION = "closed_no_action"
    UNKNOWN = "unknown"


class ReturnReason(Word):
    """Why a desk sends a clue back."""

    WRONG_ADDRESSEE = "wrong_addressee"
    MISSING_ANNEX = "missing_annex"
    UNCLEAR_STATEMENT = "unclear_statement"
    DUPLICATE = "duplicate"
    OTHER = "other"
    UNKNOWN = "unknown"


class UrgedStep(Word):
    """What a 催办单 urges."""

    SIGN = "sign"
    DISPOSE = "dispose"
    FEED_BACK = "feed_back"
    UNKNOWN = "unknown"


class InquiryManner(Word):
    """How somebody asked about a clue he has no business with."""

    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"
    THROUGH_OTHERS = "through_others"
    UNKNOWN = "unknown"


LABELS: Mapping[str, Mapping[str, str]] = {
    "Matter": {
        "discipline": "违反党纪", "duty_crime": "职务违法犯罪", "conduct": "作风和腐败问题", "selection": "选人用人", "duty_performance": "履职尽责",
    },
    "Disposition": {"talk_inquiry": "谈话函询", "preliminary_verification": "初步核实", "shelved": "暂存待查", "closed_no_action": "予以了结"},
    "ReturnReason": {
        "wrong_addressee": "不属本机关受理", "missing_annex": "附件不全", "unclear_statement": "表述不清", "duplicate": "重复移交", "other": "其他原因",
    },
    "UrgedStep": {"sign": "催签收", "dispose": "催处置", "feed_back": "催反馈"},
    "InquiryManner": {"call": "电话", "visit": "当面", "message": "信息", "through_others": "托人"},
}

TIER_LABELS = {Tier.PROVINCE: "省管干部", Tier.CITY: "市管干部", Tier.COUNTY: "县管干部(含一般干部)"}
TIER_RANK = {Tier.PROVINCE: 0, Tier.CITY: 1, Tier.COUNTY: 2}

# --- the issuer's machine ----------------------------------------------------------------------------------------------

ISSUED = StateMachine(
    name="线索移交",
    initial="registered",
    states={
        "registered": State("已登记", Tone.GREY),
        "team_reviewed": State("组内已审", Tone.BLUE),
        "approved": State("已审批", Tone.BLUE),
        "sealed": State("已封装", Tone.BLUE),
        "sent": State("待签收", Tone.AMBER),
        "withdrawing": State("撤回中", Tone.AMBER),
        "withdrawn": State("已撤回", Tone.GREY, final=True),
        "returned": State("已退回", Tone.RED),
        "signed": State("已签收", Tone.BLUE),
        "disposed": State("已处置", Tone.PURPLE),
        "reactivated": State("已重启", Tone.PURPLE),
        "feedback_received": State("反馈待核", Tone.AMBER),
        "verified": State("已核实", Tone.BLUE),
        "closed": State("已办结", Tone.GREEN, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    steps={
        "registered": ("team_reviewed", "voided"),
        "team_reviewed": ("approved", "registered", "voided"),
        "approved": ("sealed", "registered", "voided"),
        "sealed": ("sent", "voided"),
        "sent": ("signed", "returned", "withdrawing"),
        "withdrawing": ("withdrawn", "signed", "returned"),
        "returned": ("sealed", "voided"),
        "signed": ("disposed", "feedback_received"),
        "disposed": ("disposed", "reactivated", "feedback_received"),
        "reactivated": ("disposed", "feedback_received"),
        "feedback_received": ("verified", "signed", "disposed", "reactivated", "feedback_received"),
        "verified": ("disposed", "reactivated", "feedback_received", "closed"),
    },
)
ISSUED_PROCESS = ("registered", "team_reviewed", "approved", "sealed", "sent", "signed", "disposed", "feedback_received", "verified", "closed")
ISSUED_EDITABLE = frozenset({"registered", "returned"})
"""States in which the body may be corrected; from `sealed` on it is what the slip says."""
ISSUED_AT_DESK = frozenset({"signed", "disposed", "reactivated", "feedback_received", "verified"})
ISSUED_URGEABLE = frozenset({"sent", "signed", "disposed", "reactivated", "verified"})

# --- the desk's machine --------------------------------------------------------------------------------------------------

RECEIVED = StateMachine(
    name="线索办理",
    initial="delivered",
    states={
        "delivered": State("待签收", Tone.AMBER),
        "returned": State("已退回", Tone.GREY),
        "withdrawn": State("来件撤回", Tone.GREY, final=True),
        "signed": State("已签收", Tone.BLUE),
        "numbered": State("已编号", Tone.BLUE),
        "assigned": State("已分办", Tone.BLUE),
        "disposition_proposed": State("处置待批", Tone.AMBER),
        "disposed": State("已处置", Tone.PURPLE),
        "shelved": State("暂存待查", Tone.GREY),
        "reactivated": State("已重启", Tone.PURPLE),
        "case_filed": State("已立案", Tone.RED),
        "case_closed": State("已结案", Tone.PURPLE),
        "fed_back": State("已反馈", Tone.GREEN),
        "feedback_redo": State("反馈待补正", Tone.AMBER),
        "closed": State("已办结", Tone.GREEN, final=True),
    },
    steps={
        "delivered": ("signed", "returned", "withdrawn"),
        "returned": ("delivered", "withdrawn"),
        "withdrawn": ("delivered",),
        "signed": ("numbered",),
        "numbered": ("assigned",),
        "assigned": ("assigned", "disposition_proposed"),
        "disposition_proposed": ("assigned", "disposed", "shelved"),
        "disposed": ("case_filed", "fed_back"),
        "shelved": ("reactivated",),
        "reactivated": ("assigned", "disposition_proposed"),
        "case_filed": ("case_closed",),
        "case_closed": ("fed_back",),
        "fed_back": ("feedback_redo", "closed"),
        "feedback_redo": ("fed_back",),
    },
)
RECEIVED_PROCESS = ("delivered", "signed", "numbered", "assigned", "disposition_proposed", "disposed", "fed_back", "closed")
RECEIVED_INTERIM = frozenset({"signed", "numbered", "assigned", "disposition_proposed", "disposed", "shelved", "reactivated", "case_filed", "case_closed"})
"""States in which the desk may say how far it is without ending the matter."""
RECEIVED_OPEN = RECEIVED_INTERIM | {"feedback_redo"}
MAY_FILE_CASE = frozenset({Disposition.TALK_INQUIRY, Disposition.PRELIMINARY_VERIFICATION})


def state_after_disposition(disposition: str) -> str:
    """Shelving is not an end: the clue waits and may be taken up again."""
    return "shelved" if disposition == Disposition.SHELVED else "disposed"


# --- stubs: clues about cadres managed above ------------------------------------------------------------------------------

STUB = StateMachine(
    name="上级管理干部线索存根",
    initial="registered",
    states={
        "registered": State("待送纸件", Tone.AMBER),
        "handed_over": State("纸件已送出", Tone.BLUE),
        "received": State("已收讫", Tone.GREEN, final=True),
        "voided": State("已作废", Tone.GREY, final=True),
    },
    steps={"registered": ("handed_over", "received", "voided"), "handed_over": ("received",)},
)
ANNOUNCED = StateMachine(
    name="下级转送存根",
    initial="announced",
    states={
        "announced": State("待收纸件", Tone.AMBER), "received": State("纸件已收", Tone.GREEN, final=True), "voided": State("来方作废", Tone.GREY, final=True),
    },
    steps={"announced": ("received", "voided")},
)

# --- where a clue goes -----------------------------------------------------------------------------------------------------

DESK_OF_MATTER: Mapping[Word, OfficeKind] = {
    Matter.DISCIPLINE: OfficeKind.DISCIPLINE, Matter.DUTY_CRIME: OfficeKind.DISCIPLINE, Matter.CONDUCT: OfficeKind.DISCIPLINE,
    Matter.SELECTION: OfficeKind.ORGANIZATION, Matter.DUTY_PERFORMANCE: OfficeKind.ORGANIZATION,
}


@dataclass(frozen=True)
class Route:
    """Where a clue goes and why, in words the officer can check."""

    kind: OfficeKind
    above: bool
    """The person is managed above: a stub and the paper go up, no body is stored or sent."""
    why: str


def route(own: Tier, managed_by: Tier, matter: str) -> Route:
    """The body with authority: who manages the person comes first, then the kind of matter.

    A cadre managed below this tier is handled by the desk beside this office, which may hand the clue down itself.
    """
    if TIER_RANK[managed_by] < TIER_RANK[own]:
        return Route(OfficeKind.DISCIPLINE, True, f"被反映人属{TIER_LABELS[managed_by]},超出本级干部管理权限:只登记存根,纸件送上级纪检监察机关,不录入、不发送正文。")
    kind = DESK_OF_MATTER.get(Matter.of(matter), OfficeKind.DISCIPLINE)
    authority = "属本级管理干部" if managed_by is own else f"属{TIER_LABELS[managed_by]},由本级受理后按权限交办"
    return Route(kind, False, f"被反映人{authority};反映事项为“{Matter.of(matter).label}”,由同级{kind.label}受理。")


# --- what may be done when ---------------------------------------------------------------------------------------------------


def step_to_urge(status: str) -> UrgedStep:
    """What the desk owes in a state of the issuer's record."""
    return {"sent": UrgedStep.SIGN, "signed": UrgedStep.DISPOSE}.get(status, UrgedStep.FEED_BACK)


def due_now(status: str, *, sign: date | None, dispose: date | None, feedback: date | None) -> date | None:
    """The next day that matters on the issuer's ledger."""
    if status in {"sent", "withdrawing"}:
        return sign
    if status in {"signed", "reactivated"}:
        return dispose or feedback
    return feedback if status in {"disposed", "feedback_received", "verified"} else None


def may_supervise(*, urged: int, due_on: date | None, today: date) -> bool:
    """督办 comes after 催办, or when the last day is past."""
    return urged > 0 or (due_on is not None and today > due_on)


OUTCOMES = (
    ("case_filed", "立案", "人"), ("detained", "留置", "人"), ("expelled", "双开", "人"), ("to_judiciary", "移送司法", "人"),
    ("discipline_persons", "处分诫勉", "人"), ("leaders_adjusted", "调整班子", "人"), ("money_recovered", "挽回资金", "万元"),
)
"""Outcome counters: field of the event and of both records, short label, unit."""


def outcome_text(record: object) -> str:
    """立案1人,处分诫勉2人: counts only, those that are not zero."""
    said = [(label, getattr(record, key), unit) for key, label, unit in OUTCOMES]
    return ",".join(f"{label}{value}{unit}" if isinstance(value, int) else f"{label}{value.normalize():f}{unit}" for label, value, unit in said if value)


# --- counting ------------------------------------------------------------------------------------------------------------------

SMALL = 3
"""Counts below this do not leave the body they come from."""
TALLY_NAMESPACE = UUID("5f3b0c1e-6f0e-4b7a-9a55-0d7a7c1f2a90")
MEASURES: Mapping[str, str] = {
    "transferred": "移交", "signed": "签收", "signed_on_time": "按时签收", "returned": "退回", "disposed": "已处置", "disposed_on_time": "按期处置",
    "disposed_talk_inquiry": "谈话函询", "disposed_preliminary_verification": "初步核实", "disposed_shelved": "暂存待查",
    "disposed_closed_no_action": "予以了结", "fed_back": "已反馈", "fed_back_on_time": "按时反馈", "closed": "办结",
}
DISPOSITION_MEASURES = tuple(f"disposed_{code}" for code, _ in Disposition.choices())


@dataclass(frozen=True)
class Told:
    """A count as far as it may be known: exact, or a range when its source withheld it. `high` None: no upper end."""

    low: int = 0
    high: int | None = 0

    @classmethod
    def of(cls, measure: str, value: int | None) -> "Told":
        """A withheld count is 1 or 2; a withheld disposition may also be larger, kept back because subtraction would tell it."""
        if value is not None:
            return cls(value, value)
        return cls(1, None if measure == "disposed" or measure in DISPOSITION_MEASURES else SMALL - 1)

    def __add__(self, other: "Told") -> "Told":
        return Told(self.low + other.low, None if self.high is None or other.high is None else self.high + other.high)

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def text(self) -> str:
        """4, <3, 6–7, or ≥5."""
        if self.exact:
            return str(self.low)
        if self.high is None:
            return f"≥{self.low}"
        return f"<{self.high + 1}" if self.low == 1 else f"{self.low}–{self.high}"

    def agrees(self, other: "Told") -> bool | None:
        """Equal, certainly different, or (None) not to be told from what is shown."""
        if self.exact and other.exact:
            return self.low == other.low
        apart = (self.high is not None and self.high < other.low) or (other.high is not None and other.high < self.low)
        return False if apart else None


def tally_id(office: str, role: str, year: int) -> UUID:
    """The same for every version of one office's counts of one year."""
    return uuid5(TALLY_NAMESPACE, f"{office}|{role}|{year}")


@dataclass(frozen=True)
class Counted:
    """What one clue contributes to the counts of its year."""

    signed: bool = False
    signed_on_time: bool = False
    returned: bool = False
    disposition: str = ""
    disposed_on_time: bool = False
    fed_back: bool = False
    fed_back_on_time: bool = False
    closed: bool = False


def tally(clues: Iterable[Counted]) -> dict[str, int]:
    """All measures of a year's clues; a clue handed over twice after a return is still one clue."""
    totals = dict.fromkeys(MEASURES, 0)
    flags = [field.name for field in fields(Counted) if field.name != "disposition"]
    for clue in clues:
        totals["transferred"] += 1
        for flag in flags:
            totals[flag] += bool(getattr(clue, flag))
        if clue.disposition:
            totals["disposed"] += 1
            measure = f"disposed_{Disposition.of(clue.disposition)}"
            totals[measure] = totals.get(measure, 0) + 1
    return totals


def withhold_small(totals: Mapping[str, int], parts: Sequence[str] = DISPOSITION_MEASURES, whole: str = "disposed") -> dict[str, int | None]:
    """Counts as they may leave the body: 1 and 2 become None, and no withheld part can be had by subtraction.

    When exactly one part of `whole` is withheld, the smallest other part that is not zero is withheld too.
    """
    shown: dict[str, int | None] = {name: None if 0 < value < SMALL else value for name, value in totals.items()}
    hidden = [name for name in parts if shown.get(name) is None]
    if len(hidden) == 1 and shown.get(whole) is not None:
        others = [name for name in parts if shown.get(name)]
        if others:
            shown[min(others, key=lambda name: totals[name])] = None
        else:
            shown[whole] = None
    return shown
