"""Events of inspection work, version 1.

Upward: schemes and reports filed (报备). Downward: signed, acknowledged, returned, urged. To oneself: facts other
capabilities of the same office react to; those never leave the node.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared_schemas.event import Event, WireModel
from shared_schemas.offices import OfficeId

TEXT_MAX = 20_000
"""Characters of a scheme or report; about ten printed pages."""
TARGETS_MAX = 300
PERSON_MAX = 60
REMARKS_MAX = 2_000


class RoundSummary(WireModel):
    """What a superior office needs to know about a round: never findings, never persons."""

    round_id: UUID = Field(description="Chosen by the office that holds the round.")
    term: str = Field(max_length=60, description="Committee term, e.g. 八届.")
    number: int = Field(ge=1, le=999, description="Number inside the term.")
    name: str = Field(max_length=80, description="As printed, e.g. 八届县委第三轮巡察.")
    kind: str = Field(max_length=20, description="routine, special, mobile, look_back, lifted, cross, joint, integrated; others may follow.")
    topic: str = Field(default="", max_length=200, description="Topic of a special inspection.")
    counting_owner: OfficeId = Field(description="Office that counts this round in its figures.")
    planned_entry_on: date | None = Field(default=None, description="Planned first day on site, local date.")
    planned_end_on: date | None = Field(default=None, description="Planned last day on site, local date.")
    teams: int = Field(ge=0, le=200, description="Number of teams.")
    targets: list[str] = Field(max_length=TARGETS_MAX, description="Names of the organisations to be inspected.")


class SchemeFiled(Event):
    """An office files the scheme of a round with the superior inspection office.

    Issued by: county, city. Received by: city, province. Sent again with a higher revision after a return.
    """

    TYPE: ClassVar[str] = "inspection.scheme_filed.v1"
    TITLE: ClassVar[str] = "工作方案报备"

    filing_id: UUID = Field(description="Chosen by the issuer; unchanged when filed again.")
    revision: int = Field(ge=1, le=99, description="1 for the first filing, one more after every return.")
    title: str = Field(max_length=120, description="Title of the scheme as printed.")
    document: str = Field(max_length=120, description="Document number, e.g. 样巡办〔2026〕7号.")
    content: str = Field(max_length=TEXT_MAX, description="Main points: tasks, focus, arrangement.")
    basis_documents: list[str] = Field(default_factory=list, max_length=20, description="Papers of all tiers the scheme rests on.")
    round: RoundSummary = Field(description="The round this is the scheme of.")


class ReportFiled(Event):
    """After feedback an office files the secretary's speech and the general report of a round.

    Issued by: county, city. Received by: city, province.
    """

    TYPE: ClassVar[str] = "inspection.report_filed.v1"
    TITLE: ClassVar[str] = "讲话和综合报告报备"

    filing_id: UUID = Field(description="Chosen by the issuer; unchanged when filed again.")
    revision: int = Field(ge=1, le=99, description="1 for the first filing, one more after every return.")
    title: str = Field(max_length=120, description="Title of the general report.")
    document: str = Field(max_length=120, description="Document number.")
    content: str = Field(max_length=TEXT_MAX, description="Main points of the speech and the report, de-identified.")
    heard_on: date | None = Field(default=None, description="Day of the secretaries' meeting.")
    fed_back_on: date = Field(description="Day of feedback, local date.")
    findings: int = Field(ge=0, le=1_000_000, description="Findings of the round at its counting level.")
    round: RoundSummary = Field(description="The round reported on.")


class FilingSigned(Event):
    """A named person of the superior office has taken the filing."""

    TYPE: ClassVar[str] = "inspection.filing_signed.v1"
    TITLE: ClassVar[str] = "报备已签收"

    filing_id: UUID = Field(description="The issuer's filing.")
    revision: int = Field(ge=1, le=99, description="Revision that was signed for.")
    signed_by: str = Field(max_length=PERSON_MAX, description="Name of the person signing.")


class FilingAcknowledged(Event):
    """The superior office has put the filing on record, with remarks if any. It guides; it does not approve."""

    TYPE: ClassVar[str] = "inspection.filing_acknowledged.v1"
    TITLE: ClassVar[str] = "备案回执"

    filing_id: UUID = Field(description="The issuer's filing.")
    revision: int = Field(ge=1, le=99, description="Revision put on record.")
    number: str = Field(max_length=60, description="Record number of the superior office.")
    remarks: str = Field(default="", max_length=REMARKS_MAX, description="Guidance; may be empty.")


class FilingReturned(Event):
    """The superior office sends a filing back to be completed or corrected."""

    TYPE: ClassVar[str] = "inspection.filing_returned.v1"
    TITLE: ClassVar[str] = "报备退回补正"

    filing_id: UUID = Field(description="The issuer's filing.")
    revision: int = Field(ge=1, le=99, description="Revision sent back.")
    reason: str = Field(min_length=1, max_length=REMARKS_MAX, description="What is missing or wrong.")


class FilingWithdrawn(Event):
    """The issuer takes a filing back before anybody signed for it, or instead of correcting a returned one."""

    TYPE: ClassVar[str] = "inspection.filing_withdrawn.v1"
    TITLE: ClassVar[str] = "报备撤回"

    filing_id: UUID = Field(description="The issuer's filing.")
    revision: int = Field(ge=1, le=99, description="Revision withdrawn.")
    reason: str = Field(min_length=1, max_length=REMARKS_MAX, description="Why it is withdrawn.")


class FilingUrged(Event):
    """The issuer asks the superior office to sign for or answer a filing."""

    TYPE: ClassVar[str] = "inspection.filing_urged.v1"
    TITLE: ClassVar[str] = "报备催办"

    filing_id: UUID = Field(description="The issuer's filing.")
    times: int = Field(ge=1, le=999, description="How often it was urged, this time included.")


class ReportUrged(Event):
    """A superior office asks for the report on a round whose scheme it has on record."""

    TYPE: ClassVar[str] = "inspection.report_urged.v1"
    TITLE: ClassVar[str] = "催报综合报告"

    filing_id: UUID = Field(description="The scheme's filing, by which both offices know the round.")
    times: int = Field(ge=1, le=999, description="How often it was urged, this time included.")
    note: str = Field(default="", max_length=REMARKS_MAX, description="What is expected.")


class FindingConfirmed(Event):
    """A finding stands. Told to this office only, for slices that collect findings (common issues, rectification)."""

    TYPE: ClassVar[str] = "inspection.finding_confirmed.v1"
    TITLE: ClassVar[str] = "问题已确认"

    finding_id: UUID = Field(description="Readable through capabilities.inspection.register.")
    round_id: UUID = Field(description="Round it was found in.")
    target_id: UUID = Field(description="Organisation it was found at.")
    number: str = Field(max_length=30, description="As printed, e.g. YL-01-003.")
    category: str = Field(max_length=20, description="Code of the classification, e.g. F2.4.")
    level: str = Field(max_length=10, description="group or instance.")


class FindingVoided(Event):
    """A finding that stood was struck out before feedback. Told to this office only: what was built on it is taken back."""

    TYPE: ClassVar[str] = "inspection.finding_voided.v1"
    TITLE: ClassVar[str] = "问题已作废"

    finding_id: UUID = Field(description="As in FindingConfirmed.")
    number: str = Field(max_length=30, description="As printed.")


class RoundArchived(Event):
    """A round is over and filed away. Told to this office only: what was issued for the round is read only from now on."""

    TYPE: ClassVar[str] = "inspection.round_archived.v1"
    TITLE: ClassVar[str] = "轮次已归档"

    round_id: UUID = Field(description="Readable through capabilities.inspection.register.")
    name: str = Field(max_length=80, description="As printed.")
    archived_on: date = Field(description="Day of filing away, local date.")


class RoundFedBack(Event):
    """The findings of a round have been fed back. Told to this office only: rectification starts from here."""

    TYPE: ClassVar[str] = "inspection.round_fed_back.v1"
    TITLE: ClassVar[str] = "轮次已反馈"

    round_id: UUID = Field(description="Readable through capabilities.inspection.register.")
    name: str = Field(max_length=80, description="As printed.")
    fed_back_on: date = Field(description="Day of feedback, local date; rectification deadlines count from it.")
    document: str = Field(default="", max_length=120, description="Number of the feedback opinion.")
    findings: int = Field(ge=0, le=1_000_000, description="Findings fed back.")
