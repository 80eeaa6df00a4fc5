"""What a case does and how it is judged: by effect, never by the silence of the attacker alone.

A denied case leaves every witness without a word, the attacker without an answer and, where the server says so (local users),
an error behind it; the module's last test compares the state of all streams. An allowed case shows its effect at the witness
or in a consumer's progress.
"""

import itertools
import json
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client

from nodekit.bus.connection import api
from tests.bus.hostile import stored
from tests.bus.isolation.by_hand import Connection, Credential, Heard, Leaf, Local, Refused
from tests.bus.isolation.ground import Ground

BODY = b"{}"
VIOLATION = "permissions violation"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of credential: whose, which role (`leaf`: a hostile server), the hub whose CORE it could reach, and what a leaf claims besides."""

    name: str
    office_id: str
    role: str
    server: str
    claims: tuple[tuple[str, Any], ...] = ()

    @property
    def inbox(self) -> str:
        return "_R_.hand" if self.role == "leaf" else f"_INBOX.{self.role}"

    @property
    def local(self) -> bool:
        return self.role != "leaf"

    async def connect(self, ground: Ground) -> Connection:
        return await (ground.local(self.office_id, self.role, self.inbox) if self.local else ground.leaf(self.office_id, **dict(self.claims)))


@dataclass(slots=True)
class Attack:
    """One case in progress."""

    ground: Ground
    kind: Kind
    by: Connection

    def reply(self) -> str:
        return f"{self.kind.inbox}.{next(_numbers)}"

    async def settled(self) -> None:
        await self.by.fence()
        await self.ground.settled()
        if not self.by.closed:
            await self.by.fence()


@dataclass(frozen=True, slots=True)
class Say:
    """Denied: publish or request on a subject."""

    subject: str
    body: bytes = BODY

    async def denied(self, attack: Attack) -> None:
        reply, errors = attack.reply(), len(attack.by.errors)
        attack.by.send(self.subject, self.body, reply)
        await attack.settled()
        assert attack.ground.everything_heard() == []
        assert not attack.by.at(reply)
        if attack.kind.local:
            assert VIOLATION in " ".join(attack.by.errors[errors:]).lower()


@dataclass(frozen=True, slots=True)
class Hear:
    """Denied: listen, while `bait` is said in every CORE."""

    pattern: str
    bait: str

    async def denied(self, attack: Attack) -> None:
        errors = len(attack.by.errors)
        attack.by.listen(self.pattern)
        await attack.by.fence()
        secret = f"secret {next(_numbers)}".encode()
        for witness in attack.ground.witnesses.values():
            await witness.client.publish(self.bait, secret)
        await attack.settled()
        assert all(self.bait in witness.subjects() for witness in attack.ground.witnesses.values()), "no bait, no proof"
        assert not [message for message in attack.by.heard if message.data == secret]
        if attack.kind.local:
            assert VIOLATION in " ".join(attack.by.errors[errors:]).lower()


@dataclass(frozen=True, slots=True)
class Lines:
    """Denied: lines of another protocol (route, gateway, leaf, account) that end in `victim` being spoken to."""

    text: str

    async def denied(self, attack: Attack) -> None:
        attack.by.write(self.text.replace("\n", "\r\n").encode())
        await attack.settled()
        assert attack.ground.everything_heard() == []


@dataclass(frozen=True, slots=True)
class Header:
    """Denied: a header by which a permitted message would do more; `victim` is what must not be spoken to."""

    subject: str
    line: str
    victim: str = ""

    async def denied(self, attack: Attack) -> None:
        reply, before = attack.reply(), await attack.ground.state()
        attack.by.send(self.subject, BODY, reply, header=self.line)
        await attack.settled()
        if self.victim:
            assert not [pair for pair in attack.ground.everything_heard() if pair[1] == self.victim]
            return
        answer = await attack.by.answer(reply)
        assert answer is not None and b'"error"' in answer.data, answer
        assert await attack.ground.state() == before


@dataclass(frozen=True, slots=True)
class Dial:
    """Denied: the seed of a role, or an altered introduction, at some server's client or leaf port, with lines sent along at once."""

    port: str
    server: str
    credential: Credential
    encrypted: bool = True
    behind: str = ""

    async def denied(self, attack: Attack) -> None:
        endpoint = attack.ground.endpoints[self.server]
        number, how = (endpoint.client_port, Local) if self.port == "client" else (endpoint.leaf_port, Leaf)
        try:
            connection = await how.open(number, self.credential, encrypted=self.encrypted, behind=self.behind.encode())
        except Refused:
            await attack.ground.settled()
            assert attack.ground.everything_heard() == []
            return
        await connection.close()
        raise AssertionError("accepted")


Denied = Say | Hear | Lines | Header | Dial


# ---------------------------------------------------------------- allowed


@dataclass(frozen=True, slots=True)
class Tell:
    """Allowed: a message reaches a stream, and the witness hears it under `becomes`."""

    subject: str
    becomes: str = ""

    async def allowed(self, attack: Attack) -> None:
        reply = attack.reply()
        attack.by.send(self.subject, BODY, reply)
        answer = await attack.by.answer(reply)
        assert answer is not None and stored(answer.data), answer or attack.by.errors
        await attack.settled()
        assert (attack.kind.server, self.becomes or self.subject) in attack.ground.everything_heard()


@dataclass(frozen=True, slots=True)
class Ask:
    """Allowed: a JetStream call is answered, without an error."""

    subject: str
    body: bytes = b""

    async def allowed(self, attack: Attack) -> None:
        reply = attack.reply()
        attack.by.send(self.subject, self.body, reply)
        answer = await attack.by.answer(reply)
        assert answer is not None, attack.by.errors
        assert "error" not in json.loads(answer.data), answer


@dataclass(frozen=True, slots=True)
class Listen:
    """Allowed: what is said at the own inbox is heard."""

    subject: str

    async def allowed(self, attack: Attack) -> None:
        attack.by.listen(self.subject)
        await attack.by.fence()
        await attack.ground.witnesses[attack.kind.server].client.publish(self.subject, b"for you")
        answer = await attack.by.answer(self.subject)
        assert answer is not None and answer.data == b"for you"


@dataclass(frozen=True, slots=True)
class Fetch:
    """Allowed: a message planted in the stream is pulled, answered with `word`, and the consumer's progress shows it."""

    api: str
    stream: str
    consumer: str
    planted: str
    word: bytes
    ask: bytes = b'{"batch":1,"expires":4000000000}'

    async def allowed(self, attack: Attack) -> None:
        witness = attack.ground.witnesses[attack.kind.server].client
        await witness.request(f"$JS.API.STREAM.PURGE.{self.stream}", b"", timeout=3)  # nothing of an earlier case waits
        await witness.request(self.planted, b"planted", timeout=3)
        message = await self._pull(attack)
        assert (await self._progress(witness))["num_ack_pending"] == 1
        attack.by.send(message.reply, self.word)
        await attack.settled()
        after = await self._progress(witness)
        if self.word == b"-NAK":  # offered again at once
            again = await self._pull(attack)
            assert again.reply != message.reply
            attack.by.send(again.reply, b"+ACK")
        else:  # +WPI keeps it pending, +ACK and +TERM end it
            assert after["num_ack_pending"] == (self.word == b"+WPI")

    async def _pull(self, attack: Attack) -> Heard:
        attack.by.heard.clear()
        reply = attack.reply()
        attack.by.send(f"{self.api}.CONSUMER.MSG.NEXT.{self.stream}.{self.consumer}", self.ask, reply)
        message = await attack.by.answer(reply, self.planted)  # a client sees the subject it was stored under, a leaf the inbox
        assert message is not None, attack.by.errors
        assert message.data == b"planted"
        return message

    async def _progress(self, witness: Client) -> dict[str, Any]:
        return await api(witness, f"CONSUMER.INFO.{self.stream}.{self.consumer}")


Allowed = Tell | Ask | Listen | Fetch

