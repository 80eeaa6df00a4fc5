"""Events of a lifted, cross, joint or integrated inspection, version 1: asking, deciding, tasking, papers, results.

People lent to a task travel in events of `secondment.py`. Reasons and opinions are sealed; task papers are content between offices.
Lists that may grow (kinds, reasons, capacities) are strings; `capabilities/lifted_inspection/domain` reads them with a fallback.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared_schemas.event import Event
from shared_schemas.lifted_inspection.common import (
    CHAIN_MAX,
    FINDINGS_MAX,
    OFFICES_MAX,
    REASONS_MAX,
    SHORT_MAX,
    TEXT_MAX,
    ChainLink,
    Code,
    Counted,
    DocumentNumber,
    HandedFinding,
    Paper,
    PaperId,
    PassedOn,
    PersonName,
    ProposalId,
    Revision,
    Sealed,
    TargetFacts,
    TaskId,
)
from shared_schemas.offices import OfficeId


class LiftedProposed(Sealed):
    """An office asks its superior to inspect an organisation that is hard to inspect from beside it, or passes such a wish on."""

    TYPE: ClassVar[str] = "lifted_inspection.proposed.v1"
    TITLE: ClassVar[str] = "提级巡察申请"

    proposal_id: ProposalId
    revision: Revision
    document_number: DocumentNumber = Field(description="Number of the application.")
    requester: OfficeId = Field(description="Office that asked first; the sender itself unless it passes the wish on.")
    target_name: str = Field(min_length=1, max_length=120, description="Organisation to be inspected.")
    wanted_kind: Code = Field(description="lifted, cross, joint, integrated …")
    reasons: list[Code] = Field(min_length=1, max_length=REASONS_MAX, description="acquaintances, same_level, large_funds, petitions …")
    explanation: str = Field(default="", max_length=TEXT_MAX, description="Why, in words.")
    facts: TargetFacts = Field(description="Numbers about the target.")
    chain: list[ChainLink] = Field(default_factory=list, max_length=CHAIN_MAX, description="Offices that passed it on, lowest first.")
    proposed_by: PersonName = Field(description="Officer who sent it.")
    proposed_on: date = Field(description="Sender's local date.")


class LiftedProposalSigned(Sealed):
    """A named officer of the superior office has signed for the application. From now on it cannot be withdrawn."""

    TYPE: ClassVar[str] = "lifted_inspection.proposal_signed.v1"
    TITLE: ClassVar[str] = "提级巡察申请签收"

    proposal_id: ProposalId
    passed_on: PassedOn = False
    revision: Revision
    signed_by: PersonName = Field(description="Who signed.")
    signed_on: date = Field(description="When.")
    consult_due_on: date = Field(description="Until when the superior means to have consulted.")


class LiftedProposalReturned(Sealed):
    """The application goes back: something is missing."""

    TYPE: ClassVar[str] = "lifted_inspection.proposal_returned.v1"
    TITLE: ClassVar[str] = "提级巡察申请退回"

    proposal_id: ProposalId
    passed_on: PassedOn = False
    revision: Revision
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="What has to be put right.")
    returned_by: PersonName = Field(description="Who returned it.")


class LiftedWithdrawn(Sealed):
    """The asking office wants its application back, before anybody signed."""

    TYPE: ClassVar[str] = "lifted_inspection.withdrawn.v1"
    TITLE: ClassVar[str] = "提级巡察申请撤回"

    proposal_id: ProposalId
    revision: Revision
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="Why.")


class LiftedWithdrawalAnswered(Sealed):
    """Whether the withdrawal came in time."""

    TYPE: ClassVar[str] = "lifted_inspection.withdrawal_answered.v1"
    TITLE: ClassVar[str] = "撤回结果"

    proposal_id: ProposalId
    passed_on: PassedOn = False
    revision: Revision
    accepted: bool = Field(description="False: somebody had signed before; the application stands.")


class LiftedProposalUrged(Sealed):
    """The asking office reminds its superior."""

    TYPE: ClassVar[str] = "lifted_inspection.proposal_urged.v1"
    TITLE: ClassVar[str] = "提级巡察申请催办"

    proposal_id: ProposalId
    count: int = Field(ge=1, le=999, description="How often by now.")


class LiftedProgressed(Sealed):
    """Where an application stands, told to the office that asked; passed down the chain."""

    TYPE: ClassVar[str] = "lifted_inspection.progressed.v1"
    TITLE: ClassVar[str] = "提级巡察申请进展"

    proposal_id: ProposalId
    passed_on: PassedOn = False
    stage: Code = Field(description="consulting, consulted, escalated, signed_above …")
    office: OfficeId = Field(description="Where this happened.")
    on: date = Field(description="When.")
    note: str = Field(default="", max_length=SHORT_MAX, description="In words.")


class LiftedDecided(Sealed):
    """Approved, declined or deferred, with number and reason (批复)."""

    TYPE: ClassVar[str] = "lifted_inspection.decided.v1"
    TITLE: ClassVar[str] = "提级巡察批复"

    proposal_id: ProposalId
    passed_on: PassedOn = False
    outcome: Code = Field(description="approved, declined, deferred …")
    document_number: DocumentNumber = Field(description="Number of the decision.")
    decided_by: OfficeId = Field(description="Office that decided; may lie above the one that answers.")
    decided_on: date = Field(description="Date of the decision.")
    kind: Code = Field(description="Kind approved; the one wanted when it was not.")
    explanation: str = Field(default="", max_length=TEXT_MAX, description="Reason or requirements.")
    revisit_on: date | None = Field(default=None, description="When a deferred application is looked at again.")
    sign_due_on: date = Field(description="Last day to sign for the decision.")


class LiftedDecisionSigned(Sealed):
    """The asking office has signed for the decision."""

    TYPE: ClassVar[str] = "lifted_inspection.decision_signed.v1"
    TITLE: ClassVar[str] = "批复签收"

    proposal_id: ProposalId
    document_number: DocumentNumber = Field(description="Which decision.")
    signed_by: PersonName = Field(description="Who signed.")
    signed_on: date = Field(description="When.")


class LiftedConsultRequested(Sealed):
    """The deciding office asks a desk beside it what it thinks."""

    TYPE: ClassVar[str] = "lifted_inspection.consult_requested.v1"
    TITLE: ClassVar[str] = "提级巡察会商函"

    consultation_id: UUID = Field(description="One question to one desk.")
    document_number: DocumentNumber = Field(description="Number of the letter.")
    target_name: str = Field(min_length=1, max_length=120, description="Organisation to be inspected.")
    wanted_kind: Code = Field(description="Kind proposed.")
    reasons: list[Code] = Field(max_length=REASONS_MAX, description="Why.")
    facts: TargetFacts = Field(description="Numbers about the target.")
    question: str = Field(default="", max_length=SHORT_MAX, description="What the desk should say something about.")
    due_on: date = Field(description="Last day of the answer.")
    requested_by: PersonName = Field(description="Who asks.")


class LiftedConsultSigned(Sealed):
    """The desk has signed for the letter."""

    TYPE: ClassVar[str] = "lifted_inspection.consult_signed.v1"
    TITLE: ClassVar[str] = "会商函签收"

    consultation_id: UUID = Field(description="One question to one desk.")
    signed_by: PersonName = Field(description="Who signed.")
    signed_on: date = Field(description="When.")


class LiftedConsultReplied(Sealed):
    """What the desk thinks."""

    TYPE: ClassVar[str] = "lifted_inspection.consult_replied.v1"
    TITLE: ClassVar[str] = "会商意见"

    consultation_id: UUID = Field(description="One question to one desk.")
    opinion: Code = Field(description="agree, conditional, disagree …")
    text: str = Field(min_length=1, max_length=SHORT_MAX, description="In words.")
    replied_by: PersonName = Field(description="Who answers for the desk.")
    replied_on: date = Field(description="When.")


class LiftedTasked(Paper):
    """Task book (任务书) for the host and every contributor."""

    TYPE: ClassVar[str] = "lifted_inspection.tasked.v1"
    TITLE: ClassVar[str] = "巡察任务书"

    kind: Code = Field(description="lifted, cross, joint, integrated …")
    host: OfficeId = Field(description="Inspection office of the place.")
    contributors: list[OfficeId] = Field(default_factory=list, max_length=OFFICES_MAX, description="Offices that lend people.")
    counting_owner: OfficeId = Field(description="The one office that counts this task.")
    proposal_id: UUID | None = Field(default=None, description="The host's own application, when it asked.")
    planned_entry_on: date = Field(description="Planned first day.")
    planned_end_on: date = Field(description="Planned last day.")


class LiftedEntryNoticed(Paper):
    """Entry notice (进驻通知) for the host and, through it, the inspected organisation."""

    TYPE: ClassVar[str] = "lifted_inspection.entry_noticed.v1"
    TITLE: ClassVar[str] = "进驻通知"

    entered_on: date = Field(description="First day.")
    ends_on: date = Field(description="Last day.")


class LiftedFedBack(Paper):
    """Formal feedback: to the inspected organisation, its committee, departments: each its own copy with its own receipt."""

    TYPE: ClassVar[str] = "lifted_inspection.fed_back.v1"
    TITLE: ClassVar[str] = "反馈意见"

    fed_back_on: date = Field(description="Date of the feedback.")
    findings: Counted = Field(description="Problems in the feedback.")
    result_due_on: date = Field(description="When the result of the rectification is due.")


class LiftedHandedOver(Paper):
    """Hand-over list (移交清单) to the host, which supervises the rectification. Clues by count; they go their own way."""

    TYPE: ClassVar[str] = "lifted_inspection.handed_over.v1"
    TITLE: ClassVar[str] = "问题移交清单"

    handed_over_on: date = Field(description="Date of the list.")
    findings: list[HandedFinding] = Field(max_length=FINDINGS_MAX, description="The findings ledger.")
    clues: Counted = Field(description="Clues that go to the bodies with authority, count only.")
    clues_note: str = Field(default="", max_length=SHORT_MAX, description="Where they go, without content.")


class LiftedPaperSigned(Event):
    """A named person has signed for one copy."""

    TYPE: ClassVar[str] = "lifted_inspection.paper_signed.v1"
    TITLE: ClassVar[str] = "文书签收"

    paper_id: PaperId
    revision: Revision
    signed_by: PersonName = Field(description="Who signed.")
    signed_on: date = Field(description="When.")


class LiftedPaperReturned(Event):
    """One copy goes back: wrong addressee, missing annex."""

    TYPE: ClassVar[str] = "lifted_inspection.paper_returned.v1"
    TITLE: ClassVar[str] = "文书退回"

    paper_id: PaperId
    revision: Revision
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="What has to be put right.")


class LiftedPaperUrged(Event):
    """A copy waits for its signature too long."""

    TYPE: ClassVar[str] = "lifted_inspection.paper_urged.v1"
    TITLE: ClassVar[str] = "文书签收催办"

    paper_id: PaperId
    count: int = Field(ge=1, le=999, description="How often by now.")


class LiftedRectificationReported(Event):
    """The host reports on the rectification it supervises: plan, progress, six-month report, evaluation."""

    TYPE: ClassVar[str] = "lifted_inspection.rectification_reported.v1"
    TITLE: ClassVar[str] = "整改情况上报"

    task_id: TaskId
    number: int = Field(ge=1, le=999, description="Running number of the reports on this task.")
    step: Code = Field(description="plan, progress, six_month, evaluation …")
    document_number: str = Field(default="", max_length=40, description="Number of the report.")
    text: str = Field(min_length=1, max_length=TEXT_MAX, description="In words.")
    findings: Counted = Field(description="Problems to be put right.")
    rectified: Counted = Field(description="Accepted as done so far.")
    long_term: Counted = Field(default=0, description="Long-term measures kept up.")
    reported_by: PersonName = Field(description="Who reports.")
    reported_on: date = Field(description="When.")


class LiftedReportReviewed(Event):
    """The organiser accepts a report or wants it again."""

    TYPE: ClassVar[str] = "lifted_inspection.report_reviewed.v1"
    TITLE: ClassVar[str] = "整改情况审核"

    task_id: TaskId
    number: int = Field(ge=1, le=999, description="Which report.")
    accepted: bool = Field(description="False: to be done again.")
    explanation: str = Field(default="", max_length=SHORT_MAX, description="What is missing.")


class LiftedResultUrged(Event):
    """The organiser reminds the host of the result."""

    TYPE: ClassVar[str] = "lifted_inspection.result_urged.v1"
    TITLE: ClassVar[str] = "整改结果催办"

    task_id: TaskId
    count: int = Field(ge=1, le=999, description="How often by now.")
    supervised: bool = Field(default=False, description="True: put under supervision (督办).")
    text: str = Field(default="", max_length=SHORT_MAX, description="In words.")


class LiftedExtensionRequested(Event):
    """The host needs more time."""

    TYPE: ClassVar[str] = "lifted_inspection.extension_requested.v1"
    TITLE: ClassVar[str] = "延期申请"

    task_id: TaskId
    until: date = Field(description="Until when.")
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="Why.")


class LiftedExtensionDecided(Event):
    """Granted or not."""

    TYPE: ClassVar[str] = "lifted_inspection.extension_decided.v1"
    TITLE: ClassVar[str] = "延期答复"

    task_id: TaskId
    granted: bool = Field(description="Whether.")
    until: date = Field(description="The day that counts now.")


class LiftedClosed(Event):
    """The task is done (办结). Told to host, contributors and whoever asked."""

    TYPE: ClassVar[str] = "lifted_inspection.closed.v1"
    TITLE: ClassVar[str] = "任务办结"

    task_id: TaskId
    closed_on: date = Field(description="When.")
    summary: str = Field(default="", max_length=SHORT_MAX, description="Result in a sentence.")


class LiftedVoided(Event):
    """The task will not be carried out."""

    TYPE: ClassVar[str] = "lifted_inspection.voided.v1"
    TITLE: ClassVar[str] = "任务作废"

    task_id: TaskId
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="Why.")
