"""Events about people lent to a task, version 1. All sealed: they name persons and what they declared."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared_schemas.lifted_inspection.common import (
    CANDIDATES_MAX,
    SHORT_MAX,
    SKILLS_MAX,
    Candidate,
    Code,
    DocumentNumber,
    PersonName,
    Sealed,
    SecondmentId,
    TaskId,
)


class LiftedSecondmentRequested(Sealed):
    """The organiser asks a contributor for people."""

    TYPE: ClassVar[str] = "lifted_inspection.secondment_requested.v1"
    TITLE: ClassVar[str] = "抽调需求"

    secondment_id: SecondmentId
    task_id: TaskId
    document_number: DocumentNumber = Field(description="Number of the request.")
    target_name: str = Field(min_length=1, max_length=120, description="Whom the team will inspect: for the recusal check before offering.")
    skills: list[Code] = Field(default_factory=list, max_length=SKILLS_MAX, description="finance_audit, discipline, organization …")
    number: int = Field(ge=1, le=CANDIDATES_MAX, description="How many people.")
    begins_on: date = Field(description="First day.")
    ends_on: date = Field(description="Last day.")
    reply_due_on: date = Field(description="Last day to offer somebody.")
    note: str = Field(default="", max_length=SHORT_MAX, description="In words.")
    requested_by: PersonName = Field(description="Who asks.")


class LiftedSecondmentSigned(Sealed):
    """The contributor has signed for the request."""

    TYPE: ClassVar[str] = "lifted_inspection.secondment_signed.v1"
    TITLE: ClassVar[str] = "抽调需求签收"

    secondment_id: SecondmentId
    signed_by: PersonName = Field(description="Who signed.")
    signed_on: date = Field(description="When.")


class LiftedSecondmentDeclined(Sealed):
    """The contributor has nobody to lend."""

    TYPE: ClassVar[str] = "lifted_inspection.secondment_declined.v1"
    TITLE: ClassVar[str] = "抽调需求不能满足"

    secondment_id: SecondmentId
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="Why.")


class LiftedCandidatesOffered(Sealed):
    """People offered; a later batch replaces somebody rejected."""

    TYPE: ClassVar[str] = "lifted_inspection.candidates_offered.v1"
    TITLE: ClassVar[str] = "推荐人选"

    secondment_id: SecondmentId
    candidates: list[Candidate] = Field(min_length=1, max_length=CANDIDATES_MAX, description="Who.")
    offered_by: PersonName = Field(description="Who offers.")


class LiftedCandidateRejected(Sealed):
    """Somebody else, please: recusal or lack of fit."""

    TYPE: ClassVar[str] = "lifted_inspection.candidate_rejected.v1"
    TITLE: ClassVar[str] = "更换人选"

    secondment_id: SecondmentId
    candidate_id: UUID = Field(description="Whom.")
    recusal: bool = Field(description="True: he must keep away from the target.")
    replacement: bool = Field(description="True: somebody else is wanted in his place.")
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="Why.")


class LiftedSecondmentLettered(Sealed):
    """Secondment letter (抽调函) naming those chosen."""

    TYPE: ClassVar[str] = "lifted_inspection.secondment_lettered.v1"
    TITLE: ClassVar[str] = "抽调函"

    secondment_id: SecondmentId
    document_number: DocumentNumber = Field(description="Number of the letter.")
    candidate_ids: list[UUID] = Field(min_length=1, max_length=CANDIDATES_MAX, description="Whom.")
    report_on: date = Field(description="When they report for work.")
    report_at: str = Field(min_length=1, max_length=120, description="Where.")
    sign_due_on: date = Field(description="Last day to sign for the letter.")


class LiftedCandidatesReleased(Sealed):
    """The contributor has signed for the letter and released the people."""

    TYPE: ClassVar[str] = "lifted_inspection.candidates_released.v1"
    TITLE: ClassVar[str] = "人员放行"

    secondment_id: SecondmentId
    document_number: DocumentNumber = Field(description="Which letter.")
    signed_by: PersonName = Field(description="Who signed.")
    released_on: date = Field(description="When.")


class LiftedCandidatesJoined(Sealed):
    """They are at work."""

    TYPE: ClassVar[str] = "lifted_inspection.candidates_joined.v1"
    TITLE: ClassVar[str] = "人员到岗"

    secondment_id: SecondmentId
    joined_on: date = Field(description="When.")


class LiftedCandidateReturned(Sealed):
    """Somebody comes back, with an appraisal."""

    TYPE: ClassVar[str] = "lifted_inspection.candidate_returned.v1"
    TITLE: ClassVar[str] = "人员返回鉴定"

    secondment_id: SecondmentId
    candidate_id: UUID = Field(description="Who.")
    returned_on: date = Field(description="When.")
    appraisal: str = Field(min_length=1, max_length=SHORT_MAX, description="鉴定意见.")


class LiftedSecondmentCancelled(Sealed):
    """The people are not needed after all."""

    TYPE: ClassVar[str] = "lifted_inspection.secondment_cancelled.v1"
    TITLE: ClassVar[str] = "抽调需求取消"

    secondment_id: SecondmentId
    explanation: str = Field(min_length=1, max_length=SHORT_MAX, description="Why.")
