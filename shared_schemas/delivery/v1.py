"""Two events about other events: one taken back by its sender, one decided twice and settled by its recipient."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.event import Event


class EventVoided(Event):
    """The sender takes an event of its own back. Refused if that one is decided already; otherwise the recipient refuses it unread."""

    TYPE: ClassVar[str] = "delivery.voided.v1"
    TITLE: ClassVar[str] = "作废通知"

    event: UUID = Field(description="The event taken back. Why stays with the sender.")

    def aggregate(self) -> str:
        """One of its own: it must not wait behind what it takes back."""
        return f"void:{self.event}"


class ReconciliationSettled(Event):
    """The recipient signed two decisions on one event and says which of them stands."""

    TYPE: ClassVar[str] = "delivery.reconciled.v1"
    TITLE: ClassVar[str] = "对账结论"

    event: UUID = Field(description="The event decided twice.")
    number: int = Field(ge=1, le=2**53 - 1, description="Its number in the channel from the addressee of this word to its speaker.")
    stands: Literal["accepted", "refused"]
    receipt: str = Field(pattern=r"^[0-9a-f]{64}$", description="Name of the receipt that stands.")
    note: str = Field(min_length=2, max_length=500, description="Why, in words.")
