"""Connections to the office's own server, one per role, and the few JetStream calls made by hand."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from nodekit.bus.generate import DESCRIPTION_FILE
from nodekit.bus.keys import KeyFolder

log = logging.getLogger(__name__)

RECONNECT_WAIT_S = 1
CONNECT_TIMEOUT_S = 3
REQUEST_TIMEOUT_S = 3.0
CONSUMER_REFUSED, STORE_FAILED = 10012, "creating store"


class JetStreamRefused(Exception):
    """The server answered a JetStream call with an error."""

    def __init__(self, call: str, error: dict[str, Any]) -> None:
        super().__init__(f"{call}: {error.get('description')} ({error.get('err_code')})")
        self.missing = error.get("code") == HTTPStatus.NOT_FOUND
        self.store_unreadable = error.get("err_code") == CONSUMER_REFUSED and STORE_FAILED in str(error.get("description"))
        """The server cannot use what it keeps on disk of a consumer, and will refuse to make one of that name as long as the stream is there."""


@dataclass(frozen=True, slots=True)
class NatsAccess:
    """Where the office's server is, and the keys for it."""

    url: str
    keys: KeyFolder

    @classmethod
    def of_folder(cls, folder: Path) -> "NatsAccess":
        """From a folder written by nodekit.bus.generate."""
        description = json.loads((folder / DESCRIPTION_FILE).read_text("utf-8"))
        return cls(description["client_url"], KeyFolder(folder / "keys"))


async def connect(access: NatsAccess, role: str, on_reconnected: Callable[[], Awaitable[None]] | None = None) -> Client:
    """Connect as one role; waits for ever for a server that is down, and reconnects for ever later."""
    client = Client()

    async def note(error: Exception) -> None:
        log.info("bus connection of %s: %s", role, error)

    await client.connect(
        servers=[access.url],
        name=role,
        nkeys_seed_str=access.keys.seed(role),
        inbox_prefix=f"_INBOX.{role}",
        connect_timeout=CONNECT_TIMEOUT_S,
        reconnect_time_wait=RECONNECT_WAIT_S,
        max_reconnect_attempts=-1,
        error_cb=note,
        reconnected_cb=on_reconnected,
    )
    return client


async def api(client: Client, call: str, body: dict[str, Any] | None = None, *, prefix: str = "$JS.API") -> dict[str, Any]:
    """One JetStream API request.

    Raises:
        JetStreamRefused: answered with an error; `missing` when the thing is not there.
        nats.errors.Error: no answer.
    """
    payload = json.dumps(body).encode() if body is not None else b""
    answer: dict[str, Any] = json.loads((await client.request(f"{prefix}.{call}", payload, timeout=REQUEST_TIMEOUT_S)).data)
    if error := answer.get("error"):
        raise JetStreamRefused(call, error)
    return answer


async def fetch_in_order(subscription: JetStreamContext.PullSubscription, batch: int, timeout_s: float) -> list[Msg]:
    """Fetch at least one message or time out. What came again after a failure goes back to its place in the stream."""
    messages = await subscription.fetch(batch, timeout=timeout_s)
    return sorted(messages, key=lambda message: message.metadata.sequence.stream)


BUS_ERRORS = (nats.errors.Error, nats.js.errors.Error, JetStreamRefused, OSError, TimeoutError)
"""What a call to a server may fail with while servers and links come and go."""
