"""Events: the base class, the registry of types and what a handler receives.

An event type is a promise to offices that upgrade slowly: `contracts/` is generated from these classes.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared_schemas.message_class import MessageClass

TYPE_PATTERN = re.compile(r"^[a-z][a-z_]*\.[a-z][a-z_]*\.v[1-9][0-9]*$")
EVENT_BODY_BYTES_MAX = 192 * 1024
"""Largest JSON body of one event; envelope, sealing and base64 must still fit the 256 KiB packet."""

_REGISTRY: dict[str, type["Event"]] = {}


class WireModel(BaseModel):
    """Base of everything inside an event: unknown fields are tolerated (a newer office may send more)."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=False)


class Event(WireModel):
    """One thing that happened, told to one office. Subclasses set TYPE and CLASS and list fields with limits."""

    TYPE: ClassVar[str]
    CLASS: ClassVar[MessageClass] = MessageClass.CONTENT
    TITLE: ClassVar[str] = ""
    """Chinese name shown in ledgers, e.g. 问题线索移交."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        event_type = cls.__dict__.get("TYPE")
        if event_type is None:
            return
        if not TYPE_PATTERN.match(event_type):
            raise TypeError(f"{cls.__name__}.TYPE {event_type!r} is not <family>.<past_tense>.v<N>")
        known = _REGISTRY.setdefault(event_type, cls)
        if known is not cls and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"event type {event_type} is declared by {known.__qualname__} and {cls.__qualname__}")

    @classmethod
    def family(cls) -> str:
        return cls.TYPE.partition(".")[0]

    @classmethod
    def wire_type(cls) -> str:
        """Type name in clear: sealed events say only their family."""
        return f"{cls.family()}.sealed.v1" if cls.CLASS is MessageClass.SEALED else cls.TYPE

    def aggregate(self) -> str:
        """Id of the matter this event is about; order is kept per aggregate. Default: first UUID field."""
        for value in self.__dict__.values():
            if isinstance(value, UUID):
                return str(value)
        return self.TYPE


EventT = TypeVar("EventT", bound=Event)


@dataclass(frozen=True)
class BlobRef:
    """One attachment as the envelope lists it: names of its chunks in order, size of its ciphertext in bytes."""

    name: str
    chunks: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Message(Generic[EventT]):
    """An event as its handler sees it: opened, validated, with proven origin."""

    id: UUID
    origin: str
    """Office id of the sender, proven by signature."""
    data: EventT
    at: datetime
    """Sender's clock, UTC; for display only."""
    in_reply_to: UUID | None = None
    blobs: tuple[BlobRef, ...] = ()
    """Attachments of the envelope; all their chunks are held."""


def event_type(name: str) -> type[Event] | None:
    """The class for a type name, or None when this release does not know it."""
    return _REGISTRY.get(name)


def every_event_type() -> dict[str, type[Event]]:
    return dict(sorted(_REGISTRY.items()))
