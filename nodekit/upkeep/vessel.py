"""A file that shows nothing without its passphrase: named members, written once from start to end, read the same way.

Argon2id makes the key, AES-256-GCM seals chunks of 1 MiB. A chunk's nonce holds its place and whether it is the last, so that a file that was cut,
reordered or joined from two is refused. The last member is a manifest with size and SHA-256 of every other. Never: a plain byte on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nodekit.errors import NodeError

MAGIC = b"liandong-vessel-1\n"
CHUNK_BYTES = 1024 * 1024
TAG_BYTES, SALT_BYTES, PREFIX_BYTES = 16, 16, 7
HEADER_BYTES_MAX = 4096
MEMORY_KIB, PASSES, LANES = 64 * 1024, 3, 1
PASSPHRASE_CHARS_MIN = 12
MANIFEST = "manifest.json"
NAME_BYTES_MAX = 255
_LENGTH = struct.Struct(">I")


class VesselUnreadable(NodeError):
    """Wrong passphrase or not the bytes that were written; the two cannot be told apart."""

    code = "upkeep.file_unreadable"
    status = 400

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"文件 {file.name} 无法打开:{why}。", hint="请核对口令和文件来源;文件在传送中受损的,请重新取得。")


class PassphraseTooShort(NodeError):
    code = "upkeep.passphrase_too_short"
    status = 400

    def __init__(self) -> None:
        super().__init__(f"口令不足 {PASSPHRASE_CHARS_MIN} 个字符。", hint="请使用足够长的口令,并与备份分开保管;口令遗失则备份无法恢复。")


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest says of one member."""

    name: str
    size: int
    sha256: str


class VesselWriter:
    """Writes members one after another; the file appears under its name only when it is complete.

    Args:
        about: what anybody may read without the passphrase; keep it small and harmless.
    """

    def __init__(self, file: Path, passphrase: str, about: dict[str, Any]) -> None:
        if len(passphrase) < PASSPHRASE_CHARS_MIN:
            raise PassphraseTooShort
        self._file, self._draft = file, file.with_name(file.name + ".part")
        salt, self._prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        header = json.dumps({"salt": salt.hex(), "prefix": self._prefix.hex(), "about": about}, ensure_ascii=False, sort_keys=True).encode()
        self._header = MAGIC + _LENGTH.pack(len(header)) + header
        self._cipher = AESGCM(_key(passphrase, salt))
        self._waiting, self._count, self._complete = bytearray(), 0, False
        self._members: list[Member] = []
        self._target: IO[bytes] = os.fdopen(os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._target.write(self._header)

    def add(self, name: str, parts: Iterable[bytes]) -> Member:
        """Write one member; returns what the manifest will say of it."""
        encoded = name.encode()
        if not 0 < len(encoded) <= NAME_BYTES_MAX:
            raise ValueError(f"member name of {len(encoded)} bytes")
        self._put(_LENGTH.pack(len(encoded)) + encoded)
        digest, size = hashlib.sha256(), 0
        for part in parts:
            if part:
                self._put(_LENGTH.pack(len(part)) + part)
                digest.update(part)
                size += len(part)
        self._put(_LENGTH.pack(0))
        member = Member(name, size, digest.hexdigest())
        self._members.append(member)
        return member

    def close(self) -> list[Member]:
        """Write the manifest and give the file its name."""
        members = list(self._members)
        listed = {member.name: {"size": member.size, "sha256": member.sha256} for member in members}
        self.add(MANIFEST, [json.dumps(listed, ensure_ascii=False, sort_keys=True).encode()])
        self._seal(bytes(self._waiting), last=True)
        self._target.flush()
        os.fsync(self._target.fileno())
        self._target.close()
        self._draft.replace(self._file)
        self._complete = True
        return members

    def abandon(self) -> None:
        """Leave nothing behind, not even a file that was complete but did not prove readable."""
        self._target.close()
        self._draft.unlink(missing_ok=True)
        if self._complete:
            self._file.unlink(missing_ok=True)

    def _put(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._prefix, self._count, last=last), chunk, self._header)
        self._target.write(sealed)
        self._count += 1


class VesselReader:
    """Reads what `VesselWriter` wrote. Members must be used up in order; `finish` compares them with the manifest.

    Raises:
        VesselUnreadable: at construction or at any later byte.
    """

    def __init__(self, file: Path, passphrase: str) -> None:
        self.file = file
        self._source = file.open("rb")
        header, fields = _read_header(self._source, file)
        self.about: dict[str, Any] = fields["about"]
        self._cipher, self._prefix, self._header = AESGCM(_key(passphrase, bytes.fromhex(fields["salt"]))), bytes.fromhex(fields["prefix"]), header
        self._clear, self._count, self._ended = bytearray(), 0, False
        self._members: list[Member] = []

    def members(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """(name, parts) of every member but the manifest, which is checked when its turn comes."""
        while True:
            name = bytes(self._take(self._number(NAME_BYTES_MAX))).decode()
            if name == MANIFEST:
                self._finish()
                return
            parts = self._parts(name)
            yield name, parts
            for _ in parts:  # what the caller left, so that the hash covers it
                pass

    def close(self) -> None:
        self._source.close()

    def _parts(self, name: str) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        while length := self._number(2**31):
            left = length
            while left:
                part = bytes(self._take(min(left, CHUNK_BYTES)))
                digest.update(part)
                size, left = size + len(part), left - len(part)
                yield part
        self._members.append(Member(name, size, digest.hexdigest()))

    def _finish(self) -> None:
        listed = json.loads(b"".join(self._parts(MANIFEST)))
        found = {member.name: {"size": member.size, "sha256": member.sha256} for member in self._members[:-1]}
        if listed != found or self._clear or not self._ended:
            raise VesselUnreadable(self.file, "清单与内容不符")

    def _number(self, most: int) -> int:
        number: int = _LENGTH.unpack(self._take(_LENGTH.size))[0]
        if number > most:
            raise VesselUnreadable(self.file, "格式不符")
        return number

    def _take(self, count: int) -> bytearray:
        while len(self._clear) < count:
            if self._ended:
                raise VesselUnreadable(self.file, "内容不完整")
            self._open_chunk()
        taken = self._clear[:count]
        del self._clear[:count]
        return taken

    def _open_chunk(self) -> None:
        sealed = self._source.read(CHUNK_BYTES + TAG_BYTES)
        self._ended = len(sealed) < CHUNK_BYTES + TAG_BYTES or not self._source.peek(1)
        try:
            self._clear += self._cipher.decrypt(_nonce(self._prefix, self._count, last=self._ended), sealed, self._header)
        except (InvalidTag, ValueError):
            raise VesselUnreadable(self.file, "口令不对,或内容受损、被改动") from None
        self._count += 1


def read_about(file: Path) -> dict[str, Any]:
    """What anybody may read of a file; believe it only after the passphrase opened the rest, which authenticates it."""
    with file.open("rb") as source:
        about: dict[str, Any] = _read_header(source, file)[1]["about"]
    return about


def _read_header(source: IO[bytes], file: Path) -> tuple[bytes, dict[str, Any]]:
    start = source.read(len(MAGIC) + _LENGTH.size)
    length = _LENGTH.unpack(start[len(MAGIC) :])[0] if start.startswith(MAGIC) and len(start) == len(MAGIC) + _LENGTH.size else 0
    if not 0 < length <= HEADER_BYTES_MAX:
        raise VesselUnreadable(file, "不是本系统的备份文件")
    header = source.read(length)
    try:
        fields = json.loads(header)
        usable = len(bytes.fromhex(fields["salt"])) == SALT_BYTES and len(bytes.fromhex(fields["prefix"])) == PREFIX_BYTES and isinstance(fields["about"], dict)
    except (ValueError, KeyError, TypeError):
        usable = False
    if not usable:
        raise VesselUnreadable(file, "文件头受损")
    return start + header, fields


def _key(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, PASSES, MEMORY_KIB, LANES, 32, Type.ID)


def _nonce(prefix: bytes, count: int, *, last: bool) -> bytes:
    return prefix + _LENGTH.pack(count) + bytes([last])
