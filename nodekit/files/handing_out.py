"""An answer that hands a file out: as a download and never to be shown in the browser, decrypted chunk by chunk as it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi.responses import StreamingResponse

from nodekit.errors import NotFound
from nodekit.files.keeping import StoredName, pieces

if TYPE_CHECKING:
    from nodekit.files.models import StoredFile
    from nodekit.node import Node


def download(node: Node, file: StoredFile, shown: StoredName) -> StreamingResponse:
    """The file as an attachment of the answer.

    Raises:
        NotFound: not all of it is here.
    """
    if not shown.complete:
        raise NotFound("完整的附件内容")
    return StreamingResponse(
        pieces(node, file), media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename=\"attachment.{file.kind}\"; filename*=UTF-8''{quote(shown.name, safe='')}",
            "Content-Length": str(file.size_bytes), "Cache-Control": "no-store",
        },
    )
