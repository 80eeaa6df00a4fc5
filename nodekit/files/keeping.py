"""Keeping files: encrypt what an officer attaches, name it in an event, take it from one, hand it out piece by piece."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from sqlalchemy import select

from nodekit.delivery.attachments import get_chunk, missing_of, put_chunk
from nodekit.delivery.core.blob import Blob
from nodekit.errors import NotFound
from nodekit.files.checks import check, clean_name
from nodekit.files.errors import AttachmentUnknown, TooManyFiles
from nodekit.files.models import StoredFile
from nodekit.sealing.chunks import new_content_key, open_chunk, seal_chunks
from shared_schemas.attachment import ATTACHMENTS_MAX, Attachment

if TYPE_CHECKING:
    from nodekit.node import Node
    from nodekit.unit_of_work import UnitOfWork
    from shared_schemas.event import Message


@dataclass(frozen=True)
class StoredName:
    """A file as a page shows it to somebody who may know its name."""

    id: UUID
    name: str
    size_bytes: int
    complete: bool
    """False if chunks are missing, after a restore that the sender could not mend."""


async def files_of(uow: UnitOfWork, record: Any) -> Sequence[StoredFile]:
    """Files of a record that are not destroyed, oldest first."""
    statement = select(StoredFile).where(
        StoredFile.slice == _slice(record), StoredFile.record_id == record.id, StoredFile.destroyed_at.is_(None),
    )
    return (await uow.session.scalars(statement.order_by(StoredFile.added_at, StoredFile.id))).all()


async def files_summary(uow: UnitOfWork, record: Any) -> dict[str, int]:
    """How many files a record has and how large they are: all that is shown without a reason."""
    files = await files_of(uow, record)
    return {"count": len(files), "size_bytes": sum(file.size_bytes for file in files)}


async def store_file(uow: UnitOfWork, record: Any, given_name: str, contents: bytes) -> StoredFile:
    """Encrypt and keep a file.

    Raises:
        FileRefused, FileTooLarge, TooManyFiles: nothing is kept.
    """
    name = clean_name(given_name)
    kind = check(name, contents)
    if len(await files_of(uow, record)) >= ATTACHMENTS_MAX:
        raise TooManyFiles
    key, chunks, cipher_bytes = new_content_key(), [], 0
    for data in seal_chunks(key, contents):
        chunks.append(await put_chunk(uow.session, data, uow.now))
        cipher_bytes += len(data)
    return _add(uow, record, name, kind, len(contents), Blob(tuple(chunks), cipher_bytes), key)


async def attachments_for(uow: UnitOfWork, record: Any) -> tuple[list[Attachment], list[Blob]]:
    """What an event says about a record's files: for its body, and for its envelope."""
    bodies, blobs = [], []
    for file in await files_of(uow, record):
        blob, (name, key) = Blob(tuple(file.chunks), file.cipher_bytes), _secret(uow.node, file)
        blobs.append(blob)
        bodies.append(Attachment(name=name, size_bytes=file.size_bytes, key=_text(key), blob=blob.hash))
    return bodies, blobs


async def take_attachments(uow: UnitOfWork, record: Any, message: Message[Any], attachments: Sequence[Attachment]) -> None:
    """Keep the files of a received event with a record; their chunks are here already. Earlier files of the record go.

    Raises:
        AttachmentUnknown: the envelope does not list one of them.
    """
    listed = {blob.name: blob for blob in message.blobs}
    if any(attachment.blob not in listed for attachment in attachments):
        raise AttachmentUnknown
    await destroy_files(uow, record)
    for attachment in attachments:
        blob = listed[attachment.blob]
        name = clean_name(attachment.name)
        kind = name.rpartition(".")[2].lower()[:8]
        _add(uow, record, name, kind, attachment.size_bytes, Blob(blob.chunks, blob.size), _key(attachment.key))


async def destroy_files(uow: UnitOfWork, record: Any) -> None:
    """Throw the keys of a record's files away: what is left cannot be read by anybody."""
    for file in await files_of(uow, record):
        forget_file(uow, file)


def forget_file(uow: UnitOfWork, file: StoredFile) -> None:
    file.secret, file.destroyed_at = None, uow.now


async def name_of(uow: UnitOfWork, file: StoredFile) -> StoredName:
    """With its name in clear: for an officer who may read the record."""
    return StoredName(file.id, _secret(uow.node, file)[0], file.size_bytes, not await missing_of(uow.session, file.chunks))


async def pieces(node: Node, file: StoredFile) -> AsyncIterator[bytes]:
    """The contents, a chunk at a time, no transaction held meanwhile.

    Raises:
        NotFound: a chunk is not here (any more). CannotOpen: one was changed.
    """
    _, key = _secret(node, file)
    for number, name in enumerate(file.chunks):
        async with node.sessions() as session:
            data = await get_chunk(session, name)
        if data is None:
            raise NotFound("附件内容")
        yield open_chunk(key, data, number, size=file.size_bytes)


def _add(uow: UnitOfWork, record: Any, name: str, kind: str, size: int, blob: Blob, key: bytes) -> StoredFile:
    file = StoredFile(
        id=uow.new_random_id(), slice=_slice(record), record_id=record.id, kind=kind, size_bytes=size, chunks=list(blob.chunks),
        cipher_bytes=blob.size, added_at=uow.now, added_by=uow.officer.name if uow.officer else "系统",
    )
    secret = orjson.dumps({"name": name, "key": _text(key)}).decode()
    file.secret = uow.node.vault.encrypt(secret, _place(file))
    uow.session.add(file)
    return file


def _secret(node: Node, file: StoredFile) -> tuple[str, bytes]:
    """(name, content key)."""
    if file.secret is None:
        raise NotFound("该附件")
    secret = orjson.loads(node.vault.decrypt(file.secret, _place(file)))
    return secret["name"], _key(secret["key"])


def _place(file: StoredFile) -> str:
    return f"nodekit.stored_file.secret:{file.id}"


def _slice(record: Any) -> str:
    schema: str = type(record).__table__.schema
    return schema


def _text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def _key(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=")
