"""Somebody with every right on an office's bus and no key of any office but one: hears all, keeps some, says it again, changed or not."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import deque
from dataclasses import dataclass

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from nodekit.delivery.core.suite import TAG_WIRE, Keyring, to_text

RECORDED_MAX = 400
RECONNECT_S = 1
TRANSPORT = ("up.>", "dn.>")
BIG_BYTES = 600_000


@dataclass(frozen=True)
class Recorded:
    """One message as it passed."""

    subject: str
    data: bytes


class Rogue:
    """The spy of one server. `keyring` signs as one office, which is not the one it pretends to be."""

    def __init__(self, office: str, url: str, user: str, keyring: Keyring, rng: random.Random) -> None:
        self.office, self._url, self._user, self._keyring, self._rng = office, url, user, keyring, rng
        self._client = Client()
        self._task: asyncio.Task[None] | None = None
        self.recorded: deque[Recorded] = deque(maxlen=RECORDED_MAX)
        self.said = 0

    async def start(self) -> None:
        """Connect now and again whenever the server comes back."""
        await self._client.connect(
            self._url, user=self._user, password=self._user, max_reconnect_attempts=-1, reconnect_time_wait=RECONNECT_S, error_cb=_quiet,
        )
        for subject in TRANSPORT:
            await self._client.subscribe(subject, cb=self._keep)

    async def stop(self) -> None:
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            await self._client.close()

    async def replay(self, count: int) -> int:
        """Recorded messages again, to where they went."""
        return await self._say([(item.subject, item.data) for item in self._some(count)])

    async def repeat(self, count: int) -> int:
        """One message over and over: a flood."""
        chosen = self._some(1)
        return await self._say([(item.subject, item.data) for item in chosen] * count)

    async def forge(self, count: int) -> int:
        """Changed in every way that is known here."""
        return await self._say([(item.subject, self._changed(item)) for item in self._some(count)])

    async def garbage(self, count: int) -> int:
        """No message at all."""
        sizes = (0, 1, 40, 700, 4096, BIG_BYTES)
        return await self._say([(item.subject, self._rng.randbytes(self._rng.choice(sizes))) for item in self._some(count)])

    def _some(self, count: int) -> list[Recorded]:
        return self._rng.choices(list(self.recorded), k=count) if self.recorded else []

    def _changed(self, item: Recorded) -> bytes:
        return self._rng.choice((self._flipped, self._cut, self._spliced, self._elsewhere, self._signed_again, self._renamed))(item)

    def _flipped(self, item: Recorded) -> bytes:
        data = bytearray(item.data)
        for _ in range(self._rng.randint(1, 8)):
            data[self._rng.randrange(len(data))] ^= 1 << self._rng.randrange(8)
        return bytes(data)

    def _cut(self, item: Recorded) -> bytes:
        return item.data[: self._rng.randrange(len(item.data))]

    def _spliced(self, item: Recorded) -> bytes:
        """The signature of one, the content of another."""
        return item.data.partition(b"\n")[0] + b"\n" + self._some(1)[0].data.partition(b"\n")[2]

    def _elsewhere(self, item: Recorded) -> bytes:
        """What was said on another channel."""
        others = [other.data for other in self.recorded if other.subject != item.subject]
        return self._rng.choice(others) if others else item.data

    def _signed_again(self, item: Recorded) -> bytes:
        """By an office that exists, with its own key, in the name of another."""
        content = item.data.partition(b"\n")[2]
        kid, signature = self._keyring.sign(TAG_WIRE + content)
        return f"wir1 intl-1 {kid} {to_text(signature)}\n".encode() + content

    def _renamed(self, item: Recorded) -> bytes:
        """Another number, another addressee: any digit."""
        data = bytearray(item.data)
        digits = [index for index, byte in enumerate(data) if 48 <= byte <= 57]
        if digits:
            index = self._rng.choice(digits)
            data[index] = 48 + (data[index] - 47) % 10
        return bytes(data)

    async def _say(self, messages: list[tuple[str, bytes]]) -> int:
        said = 0
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
            for subject, data in messages:
                await self._client.publish(subject, data)
                said += 1
            await self._client.flush(timeout=2)
        self.said += said
        return said

    async def _keep(self, message: Msg) -> None:
        """Its own words it hears too, and keeps some of them: changed again, they are changed twice."""
        if message.data:
            self.recorded.append(Recorded(message.subject, message.data))


async def _quiet(_error: Exception) -> None:
    return
