"""Events about common issues, version 1: findings reported up, escalations, and the letters sent down with their replies.

Everything here is de-identified: no name of a unit or a person. Counties never speak to each other, only with the office above.
Lists that may grow (kind, outcome, reason) are strings; `capabilities/common_issue/domain/` reads them with a fallback.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.event import Event, WireModel
from shared_schemas.offices import OfficeId

FINDINGS_MAX = 100
TEXT_MAX = 4000
FINDING_TEXT_MAX = 1000
TAGS_MAX = 11
PASSED_ON_MAX = 300
"""Addressees and units one letter is passed on to: as many as an office inspects in a term."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Category = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9](\.[0-9]{1,2})?$", max_length=8)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=120)]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Number = Annotated[str, StringConstraints(min_length=1, max_length=40)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX)]
CopyId = Annotated[UUID, Field(description="One letter at one addressee; chosen by the issuer.")]
ReplyNumber = Annotated[int, Field(ge=1, le=999, description="1 for the first reply of any kind to this letter, counted up.")]


# --- findings go up --------------------------------------------------------------------------------------------------------------


class ReportedFinding(WireModel):
    """One confirmed finding without names."""

    finding_id: UUID = Field(description="The finding's id at the reporting office; unchanged when it is reported again.")
    category: Category = Field(description="Category of the shared classification, e.g. F2.4.")
    text: str = Field(min_length=4, max_length=FINDING_TEXT_MAX, description="De-identified wording.")
    unit: str = Field(pattern=r"^[0-9a-f]{16}$", description="Pseudonym of the unit, by the reporting office's own key: equal for the same unit, says nothing else.")
    confirmed_on: date | None = Field(default=None, description="When the finding was confirmed.")
    cross_tags: list[Annotated[str, StringConstraints(max_length=20)]] = Field(default_factory=list, max_length=TAGS_MAX, description="Cross-cutting tags, e.g. 民生.")


class FindingsReported(Event):
    """An office reports findings of its own for the analysis of common issues.

    Issued by: county, city. Received by: the superior inspection office, or the office itself (its own analysis).
    """

    TYPE: ClassVar[str] = "common_issue.findings_reported.v1"
    TITLE: ClassVar[str] = "共性问题分析材料"

    report_id: UUID = Field(description="The batch, chosen by the reporting office.")
    serial: Number = Field(description="Number of the batch at the reporting office.")
    round_label: str = Field(default="", max_length=60, description="Round the findings come from, e.g. 八届三轮.")
    note: str = Field(default="", max_length=500, description="Remark of the reporting office.")
    findings: list[ReportedFinding] = Field(min_length=1, max_length=FINDINGS_MAX, description="The findings.")


class FindingsPooled(Event):
    """The reported findings are in the pool of the superior office."""

    TYPE: ClassVar[str] = "common_issue.findings_pooled.v1"
    TITLE: ClassVar[str] = "共性问题材料入库"

    report_id: UUID = Field(description="The batch.")
    pooled: int = Field(ge=0, le=FINDINGS_MAX, description="How many of the batch are in the pool.")


class FindingsWithdrawn(Event):
    """The reporting office takes findings back, e.g. because one was voided."""

    TYPE: ClassVar[str] = "common_issue.findings_withdrawn.v1"
    TITLE: ClassVar[str] = "共性问题材料撤回"

    report_id: UUID = Field(description="The batch.")
    finding_ids: list[UUID] = Field(min_length=1, max_length=FINDINGS_MAX, description="Findings that no longer count.")
    explanation: str = Field(min_length=1, max_length=500, description="Why.")


# --- escalation (下借上势) ---------------------------------------------------------------------------------------------------------


class IssueEscalated(Event):
    """An office asks the one above to take up an issue it cannot solve alone."""

    TYPE: ClassVar[str] = "common_issue.issue_escalated.v1"
    TITLE: ClassVar[str] = "共性问题提请上级研究"

    escalation_id: UUID = Field(description="Chosen by the asking office.")
    document_number: Number = Field(description="Number of the request.")
    local_number: str = Field(default="", max_length=40, description="Number of the common issue at the asking office, if it has one.")
    title: ShortText = Field(description="The issue in one phrase.")
    category: Category = Field(description="Category of the shared classification.")
    statement: LongText = Field(description="De-identified description and why it cannot be solved at this level.")
    wanted: str = Field(min_length=1, max_length=1000, description="What the superior office is asked to do.")
    units: int = Field(ge=1, le=99_999, description="Units in which it was found.")
    escalated_on: date = Field(description="Date of the request.")


class EscalationWithdrawn(Event):
    """The asking office takes its request back while it is undecided."""

    TYPE: ClassVar[str] = "common_issue.escalation_withdrawn.v1"
    TITLE: ClassVar[str] = "提请撤回"

    escalation_id: UUID = Field(description="The request.")
    explanation: str = Field(min_length=1, max_length=500, description="Why.")


class EscalationDecided(Event):
    """The superior office says what becomes of the request."""

    TYPE: ClassVar[str] = "common_issue.escalation_decided.v1"
    TITLE: ClassVar[str] = "提请研究结果"

    escalation_id: UUID = Field(description="The request.")
    local_number: str = Field(default="", max_length=40, description="As in the request.")
    outcome: Code = Field(description="taken_up, returned_with_guidance, merged_into …")
    issue_number: str = Field(default="", max_length=40, description="Common issue at the superior office that now holds it.")
    guidance: str = Field(default="", max_length=2000, description="Guidance for the asking office.")
    decided_by: PersonName = Field(description="Who decided.")
    decided_on: date = Field(description="When.")


# --- letters go down ----------------------------------------------------------------------------------------------------------------


class Counts(WireModel):
    """What came of self-checks and governance: totals so far, never increments."""

    units_checked: int = Field(default=0, ge=0, le=999_999, description="检查单位数, 家.")
    found: int = Field(default=0, ge=0, le=999_999, description="发现问题数, 个.")
    rectified: int = Field(default=0, ge=0, le=999_999, description="整改问题数, 个.")
    institutions: int = Field(default=0, ge=0, le=99_999, description="建立制度数, 项.")
    amount: Decimal = Field(default=Decimal(0), ge=0, max_digits=14, decimal_places=4, description="涉及或挽回金额, 万元.")


class InstrumentIssued(Event):
    """A circular, suggestion letter, copy notice or lifted rectification for one addressee.

    Issued by: county, city, province. Received by: lower inspection offices, department, discipline and organization desks.
    """

    TYPE: ClassVar[str] = "common_issue.instrument_issued.v1"
    TITLE: ClassVar[str] = "共性问题通报函件"

    copy_id: CopyId
    kind: Code = Field(description="circular, suggestion_letter, copy_notice, lifted_rectification …")
    document_number: Number = Field(description="发文字号, e.g. 演巡建〔2026〕3号.")
    issue_number: str = Field(default="", max_length=40, description="Common issue it belongs to, e.g. CI-2026-003.")
    title: ShortText = Field(description="Title of the letter.")
    category: Category = Field(description="Category of the issue.")
    statement: LongText = Field(description="The issue, de-identified.")
    typical_case: str = Field(default="", max_length=2000, description="A typical case without names.")
    requirement: LongText = Field(description="What the addressee is asked to do.")
    units: int = Field(ge=0, le=99_999, description="Units in which the issue was found.")
    offices: int = Field(ge=0, le=999, description="Offices that reported it; never which.")
    signed_off_by: PersonName = Field(description="签发人.")
    issued_on: date = Field(description="Date of the letter.")
    sign_due_on: date = Field(description="Last day to sign for it.")
    plan_due_on: date | None = Field(default=None, description="Last day for the first report; none when no plan is asked for.")
    result_due_on: date = Field(description="Last day for the result.")
    due_why: str = Field(default="", max_length=500, description="Why these days, in Chinese.")
    counts_required: bool = Field(default=False, description="The result must carry self-check counts.")
    replaces: UUID | None = Field(default=None, description="Copy at this addressee that this letter replaces.")
    replaces_number: str = Field(default="", max_length=40, description="Document number of the letter replaced.")
    carried_over: bool = Field(default=False, description="What was reported on the replaced letter counts for this one.")


class InstrumentSigned(Event):
    """A named officer has signed for the letter. From now on it cannot be withdrawn."""

    TYPE: ClassVar[str] = "common_issue.instrument_signed.v1"
    TITLE: ClassVar[str] = "函件签收"

    copy_id: CopyId
    signed_by: PersonName = Field(description="Who signed.")
    signed_on: date = Field(description="When, receiver's local date.")


class InstrumentReturned(Event):
    """The letter does not belong here, or something is missing."""

    TYPE: ClassVar[str] = "common_issue.instrument_returned.v1"
    TITLE: ClassVar[str] = "函件退回"

    copy_id: CopyId
    reason: Code = Field(description="wrong_addressee, missing_annex, unclear, other …")
    explanation: str = Field(min_length=1, max_length=500, description="In words.")
    returned_by: PersonName = Field(description="Who returned it.")


class InstrumentWithdrawn(Event):
    """The issuer asks for the letter back; it is back when the addressee confirms."""

    TYPE: ClassVar[str] = "common_issue.instrument_withdrawn.v1"
    TITLE: ClassVar[str] = "函件撤回"

    copy_id: CopyId
    explanation: str = Field(min_length=1, max_length=500, description="Why.")


class WithdrawalConfirmed(Event):
    """Nobody had signed: the letter is out of the register here."""

    TYPE: ClassVar[str] = "common_issue.withdrawal_confirmed.v1"
    TITLE: ClassVar[str] = "函件撤回确认"

    copy_id: CopyId


class InstrumentVoided(Event):
    """The letter is void; the correction notice says what replaces it."""

    TYPE: ClassVar[str] = "common_issue.instrument_voided.v1"
    TITLE: ClassVar[str] = "函件作废更正"

    copy_id: CopyId
    notice: str = Field(min_length=1, max_length=1000, description="更正说明.")


class InstrumentSuperseded(Event):
    """A newer letter replaces this one: nothing more is owed on it. The newer letter may come before or after this notice.

    An addressee of an earlier release does not know this event and keeps the old letter open until it is voided by hand.
    """

    TYPE: ClassVar[str] = "common_issue.instrument_superseded.v1"
    TITLE: ClassVar[str] = "函件被替代"

    copy_id: CopyId
    by_number: Number = Field(description="Document number of the newer letter.")
    by_copy_id: UUID | None = Field(default=None, description="The newer letter at this addressee; none when it is no longer addressed.")
    carried_over: bool = Field(default=False, description="What was reported so far counts for the newer letter.")
    explanation: str = Field(default="", max_length=500, description="Why it was replaced.")


class LetterPassedOn(Event):
    """An office passes a letter of its superior on to the offices and units beside and below it. Told to this office only.

    The receiving side says it, the issuing side of the same node writes and sends the letter.
    """

    TYPE: ClassVar[str] = "common_issue.letter_passed_on.v1"
    TITLE: ClassVar[str] = "上级通报转发"

    letter_id: UUID = Field(description="The letter at the receiving side.")
    replaces_letter_id: UUID | None = Field(default=None, description="Letter passed on earlier that this one replaces.")
    document_number: Number = Field(description="Number of the superior's letter.")
    superior: OfficeId = Field(description="Who wrote it.")
    title: ShortText = Field(description="Its title.")
    category: Category = Field(description="Category of the issue.")
    statement: LongText = Field(description="The issue, de-identified.")
    typical_case: str = Field(default="", max_length=2000, description="As in the superior's letter.")
    requirement: LongText = Field(description="The superior's requirement, followed by this office's own.")
    units: int = Field(ge=0, le=99_999, description="As in the superior's letter.")
    offices: int = Field(ge=0, le=999, description="As in the superior's letter.")
    addressees: list[OfficeId] = Field(default_factory=list, max_length=PASSED_ON_MAX, description="Offices with a node of their own.")
    paper_units: list[ShortText] = Field(default_factory=list, max_length=PASSED_ON_MAX, description="Units told on paper.")
    reply_due_on: date = Field(description="Last day for their results, before this office's own.")
    approved_by: PersonName = Field(description="Who approved passing it on.")
    approved_by_id: UUID = Field(description="The same officer's account.")


class Replied(Event):
    """Base of the three replies. It declares no TYPE: it is never sent itself."""

    copy_id: CopyId
    number: ReplyNumber
    text: LongText = Field(description="What is reported, de-identified.")
    replied_by: PersonName = Field(description="Who reports.")
    replied_on: date = Field(description="When, receiver's local date.")


class PlanReplied(Replied):
    """首报: what will be done, by whom, until when."""

    TYPE: ClassVar[str] = "common_issue.plan_replied.v1"
    TITLE: ClassVar[str] = "首次报告"


class GovernanceProgressed(Replied):
    """How far the governance is."""

    TYPE: ClassVar[str] = "common_issue.governance_progressed.v1"
    TITLE: ClassVar[str] = "治理进展"

    counts: Counts = Field(default_factory=Counts, description="Totals so far.")


class ResultReplied(Replied):
    """终报: the one report that answers the letter."""

    TYPE: ClassVar[str] = "common_issue.result_replied.v1"
    TITLE: ClassVar[str] = "办理结果报告"

    document_number: str = Field(default="", max_length=40, description="Number of the report at the addressee.")
    counts: Counts = Field(default_factory=Counts, description="Totals.")


class ResultAssessed(Event):
    """The issuer accepts the result or asks for it again."""

    TYPE: ClassVar[str] = "common_issue.result_assessed.v1"
    TITLE: ClassVar[str] = "办理结果评价"

    copy_id: CopyId
    number: ReplyNumber
    accepted: bool = Field(description="ok or redo.")
    opinion: str = Field(default="", max_length=1000, description="Opinion; what is missing when it is to be done again.")
    due_on: date | None = Field(default=None, description="New day for the result when it is to be done again.")


class InstrumentClosed(Event):
    """Done with."""

    TYPE: ClassVar[str] = "common_issue.instrument_closed.v1"
    TITLE: ClassVar[str] = "函件办结"

    copy_id: CopyId
    closed_on: date = Field(description="When.")
    note: str = Field(default="", max_length=500, description="Ground, e.g. the meeting that heard it.")


class InstrumentUrged(Event):
    """催办."""

    TYPE: ClassVar[str] = "common_issue.instrument_urged.v1"
    TITLE: ClassVar[str] = "函件催办"

    copy_id: CopyId
    step: Code = Field(description="What is owed: sign, plan, result.")
    count: int = Field(ge=1, le=99, description="Which reminder this is.")
    explanation: str = Field(default="", max_length=500, description="In words.")


class InstrumentSupervised(Event):
    """督办: a date of its own, after a reminder or when overdue."""

    TYPE: ClassVar[str] = "common_issue.instrument_supervised.v1"
    TITLE: ClassVar[str] = "函件督办"

    copy_id: CopyId
    document_number: Number = Field(description="Number of the 督办单.")
    requirement: str = Field(min_length=1, max_length=500, description="What is required.")
    due_on: date = Field(description="Until when.")


class ExtensionRequested(Event):
    """The addressee asks for more time before the day is past."""

    TYPE: ClassVar[str] = "common_issue.extension_requested.v1"
    TITLE: ClassVar[str] = "函件延期申请"

    copy_id: CopyId
    until: date = Field(description="Asked for.")
    explanation: str = Field(min_length=1, max_length=500, description="Why.")


class ExtensionDecided(Event):
    """The issuer's answer."""

    TYPE: ClassVar[str] = "common_issue.extension_decided.v1"
    TITLE: ClassVar[str] = "函件延期答复"

    copy_id: CopyId
    granted: bool = Field(description="同意 or not.")
    until: date = Field(description="The day for the result that now holds.")
    explanation: str = Field(default="", max_length=500, description="In words.")
