"""The one event of the bench: about 1.5 KB with its envelope, like a filing."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared_schemas.event import Event, WireModel


class Fact(WireModel):
    """One number of the filing."""

    name: str = Field(max_length=40)
    value: int


class BenchNoted(Event):
    """A filing as offices send it all day."""

    TYPE: ClassVar[str] = "bench.noted.v1"
    TITLE: ClassVar[str] = "基准事项"

    case_id: UUID
    serial: str = Field(max_length=40)
    title: str = Field(max_length=200)
    happened_on: date
    amount: int = Field(ge=0)
    note: str = Field(max_length=4000)
    facts: tuple[Fact, ...] = Field(max_length=50)
