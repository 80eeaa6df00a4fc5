"""Connections spoken by hand, as a client and as a leaf: what sends obeys nobody, not even a configuration of its own.

A real nats-server in the hands of an attacker still filters what it sends, and a client library refuses odd lines; these do
neither. They hold whatever seed and certificate a case gives them and write any bytes.
"""

import asyncio
import base64
import contextlib
import json
import ssl
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import nkeys

DEADLINE_S = 5.0


class Refused(Exception):
    """The server closed the connection or never agreed; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as it came."""

    subject: str
    reply: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Credential:
    """How one introduces oneself: a seed (None: without nkey), the folder of a certificate, fields that replace those of an honest CONNECT."""

    seed: str | None
    tls: Path | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    wrong_signature: bool = False


class Connection(ABC):
    """One open connection; `heard` is every message, `errors` every -ERR of the server."""

    numbered: ClassVar[bool]
    """Messages name the subscription they came by."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.heard: list[Heard] = []
        self.errors: list[str] = []
        self.closed = False
        self._pongs = 0
        self._news = asyncio.Condition()
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, port: int, credential: Credential, *, encrypted: bool = True, behind: bytes = b"") -> Self:
        """Connect, introduce oneself, and wait until the server answers a PING, which it does for those it accepts only.

        Args:
            behind: lines sent with the introduction, before the server can have judged it.

        Raises:
            Refused: it did not accept.
        """
        try:
            async with asyncio.timeout(DEADLINE_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                info = json.loads((await reader.readline()).removeprefix(b"INFO "))
                if encrypted and info.get("tls_required"):
                    await writer.start_tls(_context(credential.tls))
                connection = cls(reader, writer)
                words = json.dumps(cls.introduction(info) | _proof(info, credential) | credential.fields)
                connection.write(f"CONNECT {words}\r\n".encode() + behind)
                connection._reading = asyncio.create_task(connection._read())
                await connection.fence()
        except (OSError, TimeoutError, ValueError) as error:
            raise Refused(f"{type(error).__name__} {error}") from error
        if connection.closed:
            await connection.close()
            raise Refused("; ".join(connection.errors) or "closed")
        return connection

    @staticmethod
    @abstractmethod
    def introduction(info: dict[str, Any]) -> dict[str, Any]:
        """The fields of an honest CONNECT, without a proof."""

    @abstractmethod
    def listen(self, pattern: str) -> None:
        """Ask for messages."""

    @abstractmethod
    def send(self, subject: str, data: bytes, reply: str = "", header: str = "") -> None:
        """Publish; `header` is one line such as `Nats-Rollup: all`."""

    def write(self, data: bytes) -> None:
        if not self.closed:
            self._writer.write(data)

    async def fence(self) -> None:
        """When this returns, the server has processed everything written before, or closed the connection."""
        due = self._pongs + 1
        self.write(b"PING\r\n")
        await self.until(lambda: self.closed or self._pongs >= due)

    async def until(self, check: Any) -> None:
        """Wait for something the server sends. Raises TimeoutError."""
        async with asyncio.timeout(DEADLINE_S), self._news:
            await self._news.wait_for(check)

    async def answer(self, *subjects: str) -> Heard | None:
        """The first message that came to one of `subjects`; None if none does in time."""
        with contextlib.suppress(TimeoutError):
            await self.until(lambda: self.closed or self.at(*subjects))
        return next(iter(self.at(*subjects)), None)

    def at(self, *subjects: str) -> list[Heard]:
        return [message for message in self.heard if message.subject in subjects]

    async def close(self) -> None:
        if self._reading:
            self._reading.cancel()
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    async def _read(self) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while line := await self._reader.readline():
                await self._take(line.decode(errors="replace").strip())
        self.closed = True
        await self._tell()

    async def _take(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        if verb == "PING":
            self.write(b"PONG\r\n")
        elif verb == "PONG":
            self._pongs += 1
        elif verb == "-ERR":
            self.errors.append(rest)
        elif verb in ("MSG", "HMSG", "LMSG"):
            await self._take_message(verb, rest.split(" "))
        await self._tell()

    async def _take_message(self, verb: str, words: list[str]) -> None:
        body = (await self._reader.readexactly(int(words[-1]) + 2))[:-2]
        headed = verb == "HMSG"
        headers = int(words[-2]) if headed else 0
        if body[:headers].startswith(b"NATS/1.0 503"):
            return  # "nobody there" is no answer
        names = words[: -2 if headed else -1]
        if self.numbered:
            names.pop(1)
        names = [name for name in names if name not in ("+", "|")]
        self.heard.append(Heard(names[0], names[1] if len(names) > 1 else "", body[headers:]))

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


class Local(Connection):
    """A client of the office's own server."""

    numbered = True
    _sids = 0

    @staticmethod
    def introduction(info: dict[str, Any]) -> dict[str, Any]:
        return {"verbose": False, "pedantic": False, "lang": "by-hand", "version": "1", "protocol": 1, "headers": True, "no_responders": True}

    def listen(self, pattern: str) -> None:
        self._sids += 1
        self.write(f"SUB {pattern} {self._sids}\r\n".encode())

    def send(self, subject: str, data: bytes, reply: str = "", header: str = "") -> None:
        name = f"{subject} {reply}" if reply else subject
        self.write(_framed("HPUB", name, data, header) if header else _framed("PUB", name, data))


class Leaf(Connection):
    """A leaf of a hub; it announces interest as a server does for its own subscribers."""

    numbered = False

    @staticmethod
    def introduction(info: dict[str, Any]) -> dict[str, Any]:
        return {
            "version": info["version"], "server_id": "N" + "A" * 55, "name": "by-hand", "domain": "by-hand", "headers": True, "tls_required": True,
            "verbose": False, "pedantic": False, "proto": 1,
        }

    def listen(self, pattern: str) -> None:
        self.write(f"LS+ {pattern}\r\n".encode())

    def send(self, subject: str, data: bytes, reply: str = "", header: str = "") -> None:
        name = f"{subject} {reply}" if reply else subject
        self.write(_framed("HMSG", name, data, header) if header else _framed("LMSG", name, data))


def _framed(verb: str, name: str, data: bytes, header: str = "") -> bytes:
    head = f"NATS/1.0\r\n{header}\r\n\r\n".encode() if header else b""
    sizes = f"{len(head)} {len(head) + len(data)}" if header else f"{len(data)}"
    return f"{verb} {name} {sizes}\r\n".encode() + head + data + b"\r\n"


def _context(tls: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # who the hub is, is not what is tried here
    if tls:
        context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    return context


def _proof(info: dict[str, Any], credential: Credential) -> dict[str, Any]:
    if credential.seed is None:
        return {}
    pair = nkeys.from_seed(bytearray(credential.seed.encode()))
    signature = pair.sign(b"another nonce" if credential.wrong_signature else info.get("nonce", "").encode())
    return {"nkey": pair.public_key.decode(), "sig": base64.urlsafe_b64encode(signature).rstrip(b"=").decode()}
