"""A form with a file, read into memory and nowhere else: what an officer attaches is never written to a disk in clear.

Memory is bounded: one file of at most 32 MiB per form (nodekit.web.security), few forms at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from nodekit.errors import InvalidInput
from nodekit.files.errors import UploadsBusy
from nodekit.identity.csrf import FIELD, must_match
from nodekit.web.security import UPLOAD_BYTES_MAX

if TYPE_CHECKING:
    from nodekit.node import Node

AT_ONCE = 2
FIELDS_MAX = 20
STATE_KEY = "files.uploads"


class _InMemory(MultiPartParser):
    """A spooled file that never leaves memory: the request's limit is below the size at which it would."""

    spool_max_size = UPLOAD_BYTES_MAX + 1


@dataclass(frozen=True)
class Uploaded:
    """One file as the browser sent it."""

    name: str
    contents: bytes


@asynccontextmanager
async def one_upload(node: Node) -> AsyncIterator[None]:
    """A place among those who upload.

    Raises:
        UploadsBusy: all are taken.
    """
    places = cast("asyncio.Semaphore", node.state.setdefault(STATE_KEY, asyncio.Semaphore(AT_ONCE)))
    if places.locked():
        raise UploadsBusy
    async with places:
        yield


async def read_upload(request: Request, field: str = "file") -> Uploaded:
    """The file of a form whose token is right.

    Raises:
        CrossSiteRequest: the form does not carry the session's token. InvalidInput: no file, or a broken form.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        must_match(request, "")
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=FIELDS_MAX).parse()
    except (MultiPartException, KeyError):
        must_match(request, "")
        raise
    try:
        token, file = form.get(FIELD, ""), form.get(field)
        must_match(request, token if isinstance(token, str) else "")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInput([{"path": field, "message": "请选择文件"}])
        return Uploaded(file.filename, await file.read())
    finally:
        await form.close()
