"""What went wrong, in a sentence fit for a log. Never: what officers typed, what events say, rows of the database."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from nodekit.bus.port import BusUnavailable
from nodekit.errors import NodeError, Refused


def sentence_of(error: BaseException) -> str:
    """Our own words where an error has them; else its kind, its code and where it arose. A foreign error's text may quote contents."""
    if isinstance(error, NodeError) and not isinstance(error, Refused):
        return f"{error.code}: {type(error).__doc__ or ''}".partition("\n")[0].strip(": ")
    if isinstance(error, BusUnavailable):  # its text is the bus's own, about servers and queues
        return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    cause = error.orig if isinstance(error, DBAPIError) else error
    if state := getattr(cause, "sqlstate", None):
        return f"{type(cause).__name__}, SQLSTATE {state}"
    if isinstance(error, DBAPIError):
        return f"{type(cause).__name__}{place_of(error)}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{type(error).__name__}: {os.strerror(error.errno)}"
    return f"{type(error).__name__}{place_of(error)}"


def place_of(error: BaseException) -> str:
    """File and line where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
