"""The four instruments: same engine, different duties and ways to close.

Source: docs/domain (exchange C.4): circular, suggestion letter, copy notice, lifted rectification; days are defaults without a source.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared_schemas.offices import OfficeKind

DESKS = frozenset({OfficeKind.DISCIPLINE, OfficeKind.ORGANIZATION, OfficeKind.SECTOR})


@dataclass(frozen=True)
class Instrument:
    """What one kind of letter asks for."""

    code: str
    title: str
    word: str
    """Act part of the 代字: 巡建 in 演巡建〔2026〕3号."""
    addressees: frozenset[OfficeKind]
    result_item: str
    """Deadline item of the final report."""
    plan_item: str | None = None
    """Deadline item of the first report; None: no plan is asked for."""
    single: bool = False
    """一函一报: one addressee, one report."""
    counts: bool = False
    """The result carries self-check counts."""
    heard: bool = False
    """Closed only after a secretaries' meeting has heard it."""
    duty: str = ""


KINDS = {
    kind.code: kind
    for kind in (
        Instrument("circular", "共性问题通报", "巡通", DESKS | {OfficeKind.INSPECTION}, "common_issue.self_check", counts=True,
                   duty="对照自查、即知即改,报送自查情况;各单位答复齐后办结"),
        Instrument("suggestion_letter", "巡察建议函", "巡建", DESKS, "common_issue.reply", "common_issue.first_report", single=True,
                   duty="一函一报:先报整改打算,再报办理结果;发函单位认可后办结"),
        Instrument("copy_notice", "抄告单", "巡抄", DESKS, "common_issue.copy_notice_reply", duty="报送办理结果;发函单位认可后办结"),
        Instrument("lifted_rectification", "提级整改通知", "巡提", DESKS | {OfficeKind.INSPECTION}, "common_issue.lifted_result", "common_issue.lifted_plan",
                   counts=True, heard=True, duty="牵头开展治理,报方案和结果;书记专题会听取后办结"),
    )
}
KIND_CHOICES = [(kind.code, kind.title) for kind in KINDS.values()]


def kind_title(code: str) -> str:
    """Chinese title; a newer office's kind is simply a letter."""
    return KINDS[code].title if code in KINDS else "函件"


def owed(status: str, *, plan_asked: bool) -> str:
    """What the addressee owes now: sign, plan or result; "" when nothing."""
    if status in {"sent", "withdrawing", "delivered"}:
        return "sign"
    if status == "signed" and plan_asked:
        return "plan"
    return "result" if status in {"signed", "plan_replied", "in_governance", "redo"} else ""


def due_now(status: str, *, sign: date, plan: date | None, result: date) -> date | None:
    """The next day that matters."""
    return {"sign": sign, "plan": plan, "result": result}.get(owed(status, plan_asked=plan is not None))


def may_supervise(*, urged: int, due_on: date | None, today: date) -> bool:
    """督办 comes after 催办, or when the last day is past."""
    return urged > 0 or (due_on is not None and today > due_on)


def state_of_instrument(copies: Iterable[str]) -> str:
    """What a letter is when its copies are in these states: closed when all are done, withdrawn when all are back."""
    states = set(copies)
    if states <= {"withdrawn"}:
        return "withdrawn"
    return "closed" if states <= {"closed", "withdrawn", "voided", "superseded"} else "issued"
