"""What is said: unique words, in order per case. Two types, so that one of them can be newer than an office's release."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared_schemas.event import Event


class FaultNoted(Event):
    """`n` counts within the case; `mark` is the caller's own name for this act; the receiver refuses what says so."""

    TYPE: ClassVar[str] = "fault.noted.v1"
    TITLE: ClassVar[str] = "故障试验事项"

    case_id: UUID
    mark: UUID
    n: int = Field(ge=1)
    text: str = Field(max_length=20000)
    refusable: bool = False


class FaultNotedNewer(FaultNoted):
    """The same, of a later release."""

    TYPE: ClassVar[str] = "fault.noted_newer.v1"
    TITLE: ClassVar[str] = "故障试验事项(新版)"
