"""Parts that several events of a lifted inspection share: limits, words, the facts of a target, the base of every paper."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.event import Event, WireModel
from shared_schemas.message_class import MessageClass
from shared_schemas.offices import OfficeId

TEXT_MAX = 2000
SHORT_MAX = 500
REASONS_MAX = 12
CHAIN_MAX = 4
OFFICES_MAX = 20
SKILLS_MAX = 10
CANDIDATES_MAX = 30
INTERESTS_MAX = 30
FINDINGS_MAX = 100

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
PersonName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
DocumentNumber = Annotated[str, StringConstraints(min_length=1, max_length=40)]
ProposalId = Annotated[UUID, Field(description="Chosen by the office that asks; unchanged when it asks again after a return.")]
PassedOn = Annotated[bool, Field(description="The office addressed had passed the application on; it did not ask first itself.")]
TaskId = Annotated[UUID, Field(description="The task, chosen by its organiser.")]
PaperId = Annotated[UUID, Field(description="One copy of one paper for one addressee; a corrected copy keeps it.")]
SecondmentId = Annotated[UUID, Field(description="One request for people to one contributor.")]
Revision = Annotated[int, Field(ge=1, le=99, description="1 for the first sending, counted up by every sending after a return.")]
Counted = Annotated[int, Field(ge=0, le=99999)]


class Sealed(Event):
    """Base of what only the two ends can open: reasons, opinions, persons. It declares no TYPE: it is never sent itself."""

    CLASS: ClassVar[MessageClass] = MessageClass.SEALED


class TargetFacts(WireModel):
    """What is known of the target, in numbers. Clues by count and urgency only: there is no room for what they say."""

    last_inspected_year: int | None = Field(default=None, ge=1990, le=2100, description="Year it was last inspected; None: never.")
    findings: Counted = Field(default=0, description="Problems found there before.")
    petitions: Counted = Field(default=0, description="信访件数.")
    funds_wan: int = Field(default=0, ge=0, le=10**9, description="Money it handles in a year, 万元.")
    clues: Counted = Field(default=0, description="Clues held about it, count only.")
    clues_urgent: Counted = Field(default=0, description="Of these to be handled first.")


class ChainLink(WireModel):
    """One office through which a proposal went upward, and what it said."""

    office: OfficeId = Field(description="Who passed it on.")
    on: date = Field(description="When.")
    document_number: str = Field(default="", max_length=40, description="Under which number.")
    opinion: str = Field(max_length=SHORT_MAX, description="With which opinion.")


class Interest(WireModel):
    """One line of a recusal declaration: the unit or place, never the relative's name."""

    kind: Code = Field(description="former_unit, home, duty, relative …")
    place: str = Field(min_length=1, max_length=80, description="Unit or place.")
    until: date | None = Field(default=None, description="Last day in a former unit.")


class Candidate(WireModel):
    """A person offered, as far as choosing and recusal need it."""

    candidate_id: UUID = Field(description="Chosen by the contributor.")
    name: PersonName = Field(description="Name, or the role that stands for it.")
    unit: str = Field(min_length=1, max_length=80, description="Present unit.")
    rank: str = Field(default="", max_length=40, description="职务职级.")
    skills: list[Code] = Field(default_factory=list, max_length=SKILLS_MAX, description="finance_audit, discipline, organization …")
    interests: list[Interest] = Field(default_factory=list, max_length=INTERESTS_MAX, description="Signed declaration.")


class HandedFinding(WireModel):
    """One line of the hand-over list."""

    number: str = Field(min_length=1, max_length=40, description="Number in the report.")
    category: str = Field(min_length=1, max_length=12, description="Category code, e.g. F2.4.")
    statement: str = Field(min_length=1, max_length=SHORT_MAX, description="What was found.")


class Paper(Event):
    """Base of every paper a named person must sign for. It declares no TYPE: it is never sent itself."""

    task_id: TaskId
    paper_id: PaperId
    revision: Revision = 1
    document_number: DocumentNumber = Field(description="发文字号.")
    target_name: str = Field(min_length=1, max_length=120, description="被巡察党组织.")
    text: str = Field(default="", max_length=TEXT_MAX, description="Main text.")
    addressee: Code = Field(description="In which capacity the office gets it: host, contributor, inspected_org, host_committee, department …")
    sign_due_on: date = Field(description="Last day to sign for it.")
