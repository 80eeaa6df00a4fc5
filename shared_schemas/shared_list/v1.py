"""Events of shared lists, version 1.

An upper office solicits, publishes and withdraws; a lower office proposes, signs, adapts and files back. Every event names the
list first, so that order is kept per list. Long lists travel in pages: see `page` and `pages`.
Decisions, changes and states are strings, not enums: the set may grow, and `domain.py` maps what it does not know to UNKNOWN.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.event import Event, WireModel
from shared_schemas.message_class import MessageClass

ITEMS_MAX = 600
"""Items of one version of a list."""
PAGES_MAX = 60
PAGE_ITEMS_MAX = 200
PROPOSALS_MAX = 30
"""Proposals in one answer: thirty of the longest (see `PROPOSAL_CHARS_MAX`) still fit one event."""
CONTENT_CHARS_MAX = 2000
PROPOSAL_CHARS_MAX = 600
BASIS_CHARS_MAX = 500

Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
"""Text without control characters: PostgreSQL cannot hold NUL, and a screen cannot show the rest."""
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class BasisDocument(WireModel):
    """One link of the chain of papers a list rests on: each tier issues its own implementing paper."""

    title: Words = Field(max_length=200, description="Title of the document, e.g. 关于加强巡视巡察上下联动的意见.")
    serial: Words = Field(default="", max_length=60, description="Document number as printed; empty when it has none.")
    issued_by: Words = Field(default="", max_length=80, description="Issuing body as printed.")


class ListItem(WireModel):
    """One item of a list as the upper office published it."""

    key: UUID = Field(description="Stays the same in every version of the list.")
    number: Words = Field(min_length=1, max_length=40, description="Number as printed; may change between versions.")
    kind: Code = Field(description="Code of the list the item belongs to inside a bundle, e.g. policy_list.")
    kind_title: Words = Field(max_length=40, description="Its Chinese title, so that the reader needs no dictionary.")
    section: Words = Field(default="", max_length=100)
    content: Words = Field(min_length=1, max_length=CONTENT_CHARS_MAX)
    basis: Words = Field(default="", max_length=BASIS_CHARS_MAX, description="依据: paper and clause the item rests on.")
    locked: bool = Field(default=False, description="A locked item can only be adopted.")
    links: list[UUID] = Field(default_factory=list, max_length=20, description="Keys of items this one answers to.")


class ListSolicited(Event):
    """The upper office asks for proposals before it writes or rewrites a list."""

    TYPE: ClassVar[str] = "shared_list.solicited.v1"
    TITLE: ClassVar[str] = "清单征求意见"

    list_id: UUID
    number: int = Field(ge=1, le=999, description="Version the proposals are for.")
    title: Words = Field(min_length=1, max_length=120)
    kind_title: Words = Field(max_length=40)
    round_label: Words = Field(default="", max_length=60, description="e.g. 八届三轮.")
    note: Words = Field(default="", max_length=1000)
    due_on: date = Field(description="Last day for proposals, local date of the issuer.")


class Proposal(WireModel):
    """One change a lower office asks for."""

    proposal_id: UUID
    change: Code = Field(description="add | modify | remove | general; others are read as general.")
    item_key: UUID | None = Field(default=None, description="The item meant, when it exists already.")
    item_number: Words = Field(default="", max_length=40)
    content: Words = Field(min_length=1, max_length=PROPOSAL_CHARS_MAX, description="Wording proposed.")
    reason: Words = Field(min_length=1, max_length=PROPOSAL_CHARS_MAX)


class ProposalsSubmitted(Event):
    """A lower office answers a solicitation, or proposes on its own. An empty list says "no comment", which also counts."""

    TYPE: ClassVar[str] = "shared_list.proposed.v1"
    TITLE: ClassVar[str] = "清单意见建议"

    list_id: UUID
    number: int = Field(ge=1, le=999, description="Version solicited, or the version the proposal was made about.")
    solicited: bool = Field(description="True when this answers a solicitation.")
    proposals: list[Proposal] = Field(max_length=PROPOSALS_MAX)
    replied_by: Words = Field(max_length=60, description="Name of the officer as shown in ledgers.")


class ProposalDecided(Event):
    """The fate of one proposal: adopted in version N, or declined with the reason."""

    TYPE: ClassVar[str] = "shared_list.proposal_decided.v1"
    TITLE: ClassVar[str] = "意见建议处理结果"

    list_id: UUID
    proposal_id: UUID
    outcome: Code = Field(description="adopted | declined.")
    adopted_in: int | None = Field(default=None, ge=1, le=999)
    reason: Words = Field(default="", max_length=500)
    decided_on: date


class ListPublished(Event):
    """One version of a list, complete after all its pages. A higher number makes the local copy of the lower one stale."""

    TYPE: ClassVar[str] = "shared_list.published.v1"
    TITLE: ClassVar[str] = "清单发布"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    title: Words = Field(min_length=1, max_length=120)
    kind: Code
    kind_title: Words = Field(max_length=40)
    round_label: Words = Field(default="", max_length=60)
    serial: Words = Field(default="", max_length=60, description="Document number of the cover letter, e.g. 演巡办〔2026〕7号.")
    note: Words = Field(default="", max_length=1000)
    basis: list[BasisDocument] = Field(default_factory=list, max_length=10)
    published_on: date
    sign_due_on: date
    adapt_due_on: date | None = Field(default=None, description="Last day for filing the adapted version back; None: no limit set.")
    item_total: int = Field(ge=0, le=ITEMS_MAX)
    first_position: int = Field(ge=0, le=ITEMS_MAX, description="Position of this page's first item in the whole list.")
    page: int = Field(ge=1, le=PAGES_MAX)
    pages: int = Field(ge=1, le=PAGES_MAX)
    items: list[ListItem] = Field(max_length=PAGE_ITEMS_MAX)


class ListSigned(Event):
    """A named officer of the lower office signed for a version."""

    TYPE: ClassVar[str] = "shared_list.signed.v1"
    TITLE: ClassVar[str] = "清单签收"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    signed_by: Words = Field(max_length=60)
    signed_at: datetime


class ListProgressed(Event):
    """How far a lower office is with its adaptation. Counts only, never the wording."""

    TYPE: ClassVar[str] = "shared_list.progressed.v1"
    CLASS: ClassVar[MessageClass] = MessageClass.STATISTIC
    TITLE: ClassVar[str] = "清单改编进度"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    revision: int = Field(ge=0, le=999, description="m of the local version vN.m; 0 before the first is finished.")
    status: Code = Field(description="adapting | adapted | confirmed | in_use.")
    decided: int = Field(ge=0, le=2 * ITEMS_MAX)
    total: int = Field(ge=0, le=2 * ITEMS_MAX)


class FiledItem(WireModel):
    """One local departure from the published list: modified, dropped or added. Adopted items are named by key only."""

    key: UUID
    decision: Code = Field(description="modify | drop | add.")
    number: Words = Field(default="", max_length=40)
    section: Words = Field(default="", max_length=100)
    content: Words = Field(default="", max_length=CONTENT_CHARS_MAX, description="Local wording; empty when dropped.")
    basis: Words = Field(default="", max_length=BASIS_CHARS_MAX)
    reason: Words = Field(min_length=1, max_length=500)


class AdaptationFiled(Event):
    """The lower office files its adapted version back: adopted keys and every departure with its reason."""

    TYPE: ClassVar[str] = "shared_list.filed.v1"
    TITLE: ClassVar[str] = "清单改编备案"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    revision: int = Field(ge=1, le=999)
    confirmed_on: date
    meeting: Words = Field(max_length=120, description="Meeting of the local leading group that confirmed it.")
    filed_by: Words = Field(max_length=60)
    departures_total: int = Field(ge=0, le=2 * ITEMS_MAX)
    page: int = Field(ge=1, le=PAGES_MAX)
    pages: int = Field(ge=1, le=PAGES_MAX)
    adopted: list[UUID] = Field(default_factory=list, max_length=ITEMS_MAX, description="All adopted keys; on the first page only.")
    departures: list[FiledItem] = Field(max_length=PAGE_ITEMS_MAX)


class FilingCommented(Event):
    """The upper office comments on a filed adaptation. It advises; it cannot block."""

    TYPE: ClassVar[str] = "shared_list.filing_commented.v1"
    TITLE: ClassVar[str] = "改编备案意见"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    revision: int = Field(ge=1, le=999)
    comment_id: UUID
    text: Words = Field(min_length=1, max_length=1000)
    commented_by: Words = Field(max_length=60)


class ListUrged(Event):
    """A reminder (提醒), an urge (催办) or a supervision notice (督办) about signing or filing."""

    TYPE: ClassVar[str] = "shared_list.urged.v1"
    TITLE: ClassVar[str] = "清单催办"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    level: Code = Field(description="remind | urge | supervise.")
    times: int = Field(ge=1, le=999, description="How many times so far, this one included.")
    note: Words = Field(default="", max_length=500)


class ListWithdrawn(Event):
    """A published version is taken back, with notice and reason."""

    TYPE: ClassVar[str] = "shared_list.withdrawn.v1"
    TITLE: ClassVar[str] = "清单撤回"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    reason: Words = Field(min_length=1, max_length=500)


class ListRetired(Event):
    """The round is over: the list is read only from now on."""

    TYPE: ClassVar[str] = "shared_list.retired.v1"
    TITLE: ClassVar[str] = "清单归档"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    note: Words = Field(default="", max_length=500)


class ExtensionRequested(Event):
    """A lower office asks, before the day is past, for more time to adapt and file back."""

    TYPE: ClassVar[str] = "shared_list.extension_requested.v1"
    TITLE: ClassVar[str] = "清单备案延期申请"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    until: date
    reason: Words = Field(min_length=1, max_length=500)


class ExtensionDecided(Event):
    """The answer: granted with the new day, or refused with the reason."""

    TYPE: ClassVar[str] = "shared_list.extension_decided.v1"
    TITLE: ClassVar[str] = "清单备案延期答复"

    list_id: UUID
    number: int = Field(ge=1, le=999)
    granted: bool
    adapt_due_on: date | None = Field(default=None, description="The day in force after the decision.")
    reason: Words = Field(default="", max_length=500)
