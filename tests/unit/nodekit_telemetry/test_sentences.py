"""A failure says in the log what is wrong, and never what somebody wrote."""

import errno

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from nodekit.bus.port import BusFull, BusUnavailable
from nodekit.errors import Refused
from nodekit.outgoing import EventTooLarge
from nodekit.telemetry.sentences import sentence_of

SECRET = "被反映人甲"


def database_error() -> DBAPIError:
    cause = asyncpg.exceptions.UniqueViolationError(SECRET)
    return DBAPIError(f"INSERT {SECRET}", {"name": SECRET}, cause)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BusUnavailable("the local server is down"), "BusUnavailable: the local server is down"),
        (BusFull("the queue for 990100-inspection is full"), "BusFull: the queue for 990100-inspection is full"),
        (EventTooLarge(300_000), "event.too_large: The body does not fit into one packet."),
        (database_error(), "UniqueViolationError, SQLSTATE 23505"),
        (OSError(errno.ENOSPC, SECRET), "OSError: No space left on device"),
        (ValueError(SECRET), "ValueError"),
        (Refused(SECRET), "Refused"),
    ],
)
def test_what_is_wrong_is_said_without_contents(error: BaseException, said: str) -> None:
    assert sentence_of(error) == said
    assert SECRET not in sentence_of(error)


def test_a_foreign_error_says_where_it_arose() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        assert sentence_of(error).startswith("ValueError at test_sentences.py:")
