"""Event handlers of a slice: `handlers = Handlers("clue_transfer.receiver")` and `@handlers.on(ClueTransferSent)`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork
    from shared_schemas.event import Event, Message

EventT = TypeVar("EventT", bound="Event")
HandlerFunction = Callable[["UnitOfWork", Any], Awaitable[None]]
"""Takes one message, or a list of them when `takes_many`."""


class NotConcerned(Exception):
    """Raised by a handler whose slice has no part in this event, e.g. because it speaks of another slice's records.

    It counts neither as yes nor as no: whether the office accepts is decided by the slices that are concerned.
    """


@dataclass(frozen=True)
class Handler:
    """One effect of one event type. `name` is part of the inbox key, so two slices both see an event, each once."""

    owner: str
    """The slice or policy module whose effect it is."""
    name: str
    event: type[Event]
    function: HandlerFunction
    takes_many: bool = False


class Handlers:
    """The handlers of one slice or policy module."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.all: list[Handler] = []

    def on(self, event: type[EventT]) -> Callable[[Callable[[UnitOfWork, Message[EventT]], Awaitable[None]]], Callable[[UnitOfWork, Message[EventT]], Awaitable[None]]]:
        """Register a handler. It may run twice for one event after a crash before commit: natural keys must make that harmless.

        Raise `nodekit.errors.Refused` to send a signed refusal; any other exception is retried, then quarantined.
        """

        def register(function: Callable[[UnitOfWork, Message[EventT]], Awaitable[None]]) -> Callable[[UnitOfWork, Message[EventT]], Awaitable[None]]:
            self.all.append(Handler(self.owner, f"{self.owner}.{function.__name__}", event, function))
            return function

        return register

    def on_many(
        self, event: type[EventT]
    ) -> Callable[[Callable[[UnitOfWork, Sequence[Message[EventT]]], Awaitable[None]]], Callable[[UnitOfWork, Sequence[Message[EventT]]], Awaitable[None]]]:
        """Register a handler that takes messages by the batch, with set-based SQL; for events that come by the thousand.

        It gets one message as often as many: after a failure in a batch its events are tried one by one. Otherwise as `on`.
        """

        def register(
            function: Callable[[UnitOfWork, Sequence[Message[EventT]]], Awaitable[None]],
        ) -> Callable[[UnitOfWork, Sequence[Message[EventT]]], Awaitable[None]]:
            self.all.append(Handler(self.owner, f"{self.owner}.{function.__name__}", event, function, takes_many=True))
            return function

        return register
