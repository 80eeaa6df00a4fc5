"""Events of a clue's hand-over, version 1.

Three classes: *sealed* between the issuing office and the one body with authority (nobody on the way sees even which step it is), *stub* for
clues about cadres managed above (number and date; the paper goes by hand), *statistic* for the superior office (counts, never contents).
Lists that may grow (matter, disposition, reasons) are strings; `capabilities/clue_transfer/domain.py` reads them with a fallback.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.event import Event, WireModel
from shared_schemas.message_class import MessageClass
from shared_schemas.offices import OfficeId

EVIDENCE_MAX = 50
EXCLUDED_MAX = 20
STATEMENT_MAX = 8000
FEEDBACK_TEXT_MAX = 500
COUNTS_MAX = 60

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
TransferId = Annotated[UUID, Field(description="Chosen by the issuer; unchanged when the clue is sent again after a return.")]
Attempt = Annotated[int, Field(ge=1, le=99, description="1 for the first sending, counted up by every sending after a return.")]


class EvidenceItem(WireModel):
    """One line of the evidence index. The evidence itself travels with the slip, by hand."""

    title: str = Field(min_length=1, max_length=120, description="What it is, e.g. 谈话记录2份.")
    pages: int = Field(ge=0, le=9999, description="Pages handed over; 0 when it is not paper.")
    kept_by: str = Field(default="", max_length=60, description="Who keeps the original.")


class Outcome(WireModel):
    """What has come of one clue so far: absolute counts since it was handed over, never increments."""

    case_filed: int = Field(default=0, ge=0, le=9999, description="立案, persons.")
    detained: int = Field(default=0, ge=0, le=9999, description="留置, persons.")
    expelled: int = Field(default=0, ge=0, le=9999, description="双开, persons.")
    to_judiciary: int = Field(default=0, ge=0, le=9999, description="移送司法, persons.")
    discipline_persons: int = Field(default=0, ge=0, le=9999, description="党纪政务处分和诫勉, persons.")
    leaders_adjusted: int = Field(default=0, ge=0, le=9999, description="调整领导班子成员, persons.")
    money_recovered: Decimal = Field(default=Decimal(0), ge=0, max_digits=12, decimal_places=4, description="收缴挽回资金, 万元.")


class Sealed(Event):
    """Base of the events only the two ends can open. It declares no TYPE: it is never sent itself."""

    CLASS: ClassVar[MessageClass] = MessageClass.SEALED


class ClueTransferSent(Sealed):
    """An inspection office hands one clue to the one body with authority over the person and the matter.

    Issued by: county, city, province. Received by: discipline_commission, organization_department.
    """

    TYPE: ClassVar[str] = "clue_transfer.sent.v1"
    TITLE: ClassVar[str] = "问题线索移交"

    transfer_id: TransferId
    attempt: Attempt
    serial: str = Field(min_length=1, max_length=40, description="Clue number given by the issuer, e.g. YL-01-X05.")
    document_number: str = Field(min_length=1, max_length=40, description="Number of the transfer letter, e.g. 演巡移〔2026〕5号.")
    round_label: str = Field(default="", max_length=60, description="Round in which the clue was found, e.g. 八届三轮.")
    urgent: bool = Field(description="优先办理.")
    matter: Code = Field(description="Kind of matter: discipline, duty_crime, conduct, selection, duty_performance …")
    person: PersonName = Field(description="被反映人.")
    position: str = Field(min_length=1, max_length=120, description="Post and rank of the person.")
    cadre_tier: Code = Field(description="Tier of the committee that manages the person: province, city, county.")
    statement: str = Field(min_length=1, max_length=STATEMENT_MAX, description="问题表述: what is reported, one person one paper.")
    evidence: list[EvidenceItem] = Field(default_factory=list, max_length=EVIDENCE_MAX, description="证据索引.")
    source: str = Field(min_length=1, max_length=200, description="How the team came to it, e.g. 个别谈话.")
    excluded_persons: list[PersonName] = Field(default_factory=list, max_length=EXCLUDED_MAX, description="Persons who must not know of the clue, besides the person reported.")
    handed_over_by: PersonName = Field(description="移交方经办人.")
    sent_on: date = Field(description="Date on the hand-over slip, issuer's local date.")
    sign_due_on: date = Field(description="Last day to sign for it, by the issuer's deadline profile.")


class ClueTransferSigned(Sealed):
    """A named officer of the desk has signed for the clue (签收). From now on it cannot be withdrawn."""

    TYPE: ClassVar[str] = "clue_transfer.signed.v1"
    TITLE: ClassVar[str] = "线索签收"

    transfer_id: TransferId
    attempt: Attempt
    signed_by: PersonName = Field(description="接收方经办人.")
    signed_on: date = Field(description="Date beside the signature on the slip, desk's local date.")
    dispose_due_on: date = Field(description="Last day to decide the disposition, by the desk's deadline profile.")
    feedback_due_on: date = Field(description="Last day of the first feedback, by the desk's deadline profile.")


class ClueTransferReturned(Sealed):
    """The desk sends the clue back (退回): wrong addressee, missing annex …"""

    TYPE: ClassVar[str] = "clue_transfer.returned.v1"
    TITLE: ClassVar[str] = "线索退回"

    transfer_id: TransferId
    attempt: Attempt
    reason: Code = Field(description="wrong_addressee, missing_annex, unclear_statement, duplicate, other …")
    explanation: str = Field(min_length=1, max_length=500, description="What has to be put right.")
    returned_by: PersonName = Field(description="Officer of the desk.")
    returned_on: date = Field(description="Desk's local date.")


class ClueTransferWithdrawn(Sealed):
    """The issuer wants a clue back that nobody has signed for. The desk confirms, or has signed first and refuses."""

    TYPE: ClassVar[str] = "clue_transfer.withdrawn.v1"
    TITLE: ClassVar[str] = "线索撤回"

    transfer_id: TransferId
    attempt: Attempt
    explanation: str = Field(min_length=1, max_length=500, description="Why it is taken back.")


class ClueTransferWithdrawalConfirmed(Sealed):
    """The desk had not signed: the clue is off its register and its body destroyed there."""

    TYPE: ClassVar[str] = "clue_transfer.withdrawal_confirmed.v1"
    TITLE: ClassVar[str] = "撤回确认"

    transfer_id: TransferId
    attempt: Attempt


class ClueTransferDisposed(Sealed):
    """The desk has decided, collectively and with approval, how the clue is handled."""

    TYPE: ClassVar[str] = "clue_transfer.disposed.v1"
    TITLE: ClassVar[str] = "线索处置"

    transfer_id: TransferId
    disposition: Code = Field(description="talk_inquiry, preliminary_verification, shelved, closed_no_action …")
    disposed_on: date = Field(description="Date of the approval, desk's local date.")


class ClueTransferReactivated(Sealed):
    """A shelved clue is taken up again."""

    TYPE: ClassVar[str] = "clue_transfer.reactivated.v1"
    TITLE: ClassVar[str] = "线索重启"

    transfer_id: TransferId
    reactivated_on: date = Field(description="Desk's local date.")


class ClueTransferFedBack(Sealed):
    """How the clue is getting on: class, outcome counts and date; text only as far as the office needs it."""

    TYPE: ClassVar[str] = "clue_transfer.fed_back.v1"
    TITLE: ClassVar[str] = "办理情况反馈"

    transfer_id: TransferId
    number: int = Field(ge=1, le=999, description="1 for the first feedback; each number once.")
    disposition: Code = Field(description="Disposition in force.")
    outcome: Outcome = Field(description="Absolute counts so far.")
    text: str = Field(default="", max_length=FEEDBACK_TEXT_MAX, description="Only what the office needs to know.")
    final: bool = Field(description="True: handling is over; false: another feedback follows within a quarter.")
    fed_back_by: PersonName = Field(description="Officer of the desk.")
    fed_back_on: date = Field(description="Desk's local date.")
    next_due_on: date | None = Field(default=None, description="Last day of the next feedback; none when final.")


class ClueTransferFeedbackReviewed(Sealed):
    """The office has verified a feedback, or asks for it again."""

    TYPE: ClassVar[str] = "clue_transfer.feedback_reviewed.v1"
    TITLE: ClassVar[str] = "反馈核实"

    transfer_id: TransferId
    number: int = Field(ge=1, le=999, description="Which feedback.")
    accepted: bool = Field(description="False: to be done again.")
    explanation: str = Field(default="", max_length=500, description="What is missing, when it is to be done again.")


class ClueTransferClosed(Sealed):
    """The office closes the clue after the final feedback was verified."""

    TYPE: ClassVar[str] = "clue_transfer.closed.v1"
    TITLE: ClassVar[str] = "线索办结"

    transfer_id: TransferId
    closed_on: date = Field(description="Issuer's local date.")


class ClueTransferUrged(Sealed):
    """催办单: a step is near its last day or past it."""

    TYPE: ClassVar[str] = "clue_transfer.urged.v1"
    TITLE: ClassVar[str] = "线索催办"

    transfer_id: TransferId
    document_number: str = Field(min_length=1, max_length=40, description="Number of the 催办单.")
    step: Code = Field(description="What is urged: sign, dispose, feed_back.")
    count: int = Field(ge=1, le=999, description="How often this clue has been urged, this time included.")
    explanation: str = Field(default="", max_length=500, description="Words to the desk.")


class ClueTransferSupervised(Sealed):
    """督办: urging did not help; the matter is put under supervision with a date."""

    TYPE: ClassVar[str] = "clue_transfer.supervised.v1"
    TITLE: ClassVar[str] = "线索督办"

    transfer_id: TransferId
    document_number: str = Field(min_length=1, max_length=40, description="Number of the 督办单.")
    requirement: str = Field(min_length=1, max_length=500, description="What has to be done.")
    due_on: date = Field(description="Until when.")


class ClueTransferExtensionRequested(Sealed):
    """The desk asks, before the last day, for more time to feed back (延期)."""

    TYPE: ClassVar[str] = "clue_transfer.extension_requested.v1"
    TITLE: ClassVar[str] = "反馈延期申请"

    transfer_id: TransferId
    until: date = Field(description="Proposed last day.")
    explanation: str = Field(min_length=1, max_length=500, description="Why more time is needed.")


class ClueTransferExtensionDecided(Sealed):
    """The office grants or refuses the extension."""

    TYPE: ClassVar[str] = "clue_transfer.extension_decided.v1"
    TITLE: ClassVar[str] = "反馈延期答复"

    transfer_id: TransferId
    granted: bool = Field(description="Whether the feedback may come later.")
    until: date = Field(description="Last day of the feedback from now on.")


class ClueTransferStubRegistered(Event):
    """A clue about a cadre managed above exists on paper. Number and dates only: no body is stored or sent anywhere.

    Issued by: county, city. Received by: the superior discipline desk (waits for the paper) and the superior inspection office (counts).
    """

    TYPE: ClassVar[str] = "clue_transfer.stub_registered.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STUB
    TITLE: ClassVar[str] = "上级管理干部线索存根"

    stub_id: UUID = Field(description="Chosen by the issuer.")
    serial: str = Field(min_length=1, max_length=40, description="Clue number given by the issuer, e.g. YL-01-X06.")
    slip_number: str = Field(min_length=1, max_length=40, description="Number of the hand-over slip that goes with the paper.")
    registered_on: date = Field(description="Issuer's local date.")
    paper_due_on: date = Field(description="Last day to hand the paper over.")
    addressee: OfficeId = Field(description="The desk that gets the paper.")


class ClueTransferStubReceived(Event):
    """The paper behind a stub has arrived at the desk."""

    TYPE: ClassVar[str] = "clue_transfer.stub_received.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STUB
    TITLE: ClassVar[str] = "存根纸件收讫"

    stub_id: UUID = Field(description="As in the registration.")
    received_on: date = Field(description="Date on the slip, receiving desk's local date.")


class ClueTransferStubSettled(Event):
    """The issuer tells its superior office that the paper behind a stub has arrived where it belongs."""

    TYPE: ClassVar[str] = "clue_transfer.stub_settled.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STUB
    TITLE: ClassVar[str] = "存根办结"

    stub_id: UUID = Field(description="As in the registration.")
    received_on: date = Field(description="Date on the slip, receiving desk's local date.")


class ClueTransferStubVoided(Event):
    """A stub was registered by mistake: no paper will come."""

    TYPE: ClassVar[str] = "clue_transfer.stub_voided.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STUB
    TITLE: ClassVar[str] = "存根作废"

    stub_id: UUID = Field(description="As in the registration.")
    voided_on: date = Field(description="Issuer's local date.")


class Count(WireModel):
    """One absolute number. Numbers below three do not leave the body they come from: `value` is null then."""

    measure: Code = Field(description="transferred, signed, signed_on_time, disposed, disposed_shelved …")
    value: int | None = Field(default=None, ge=0, le=10_000_000, description="Null when withheld because it is small.")


class ClueTransferCounted(Event):
    """An office's or a desk's counts of one year, all of them, as absolute values: a later version replaces an earlier one.

    Issued by: every issuer and every desk. Received by: the inspection office above the issuer.
    """

    TYPE: ClassVar[str] = "clue_transfer.counted.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STATISTIC
    TITLE: ClassVar[str] = "线索移交计数"

    tally_id: UUID = Field(description="Made from office, role and year: the same for all versions.")
    role: Code = Field(description="issuer or receiver: whose doings are counted.")
    year: int = Field(ge=2000, le=2999, description="Year in which the clues were handed over.")
    version: int = Field(ge=1, description="Counted up by every change.")
    as_of: datetime = Field(description="UTC.")
    counts: list[Count] = Field(max_length=COUNTS_MAX, description="Every measure of the role, each once.")
