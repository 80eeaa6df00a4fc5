"""Static files: kept by browsers for ever (their address holds their digest), sent compressed where a twin `.gz` lies beside them."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.types import Scope

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=600"


class Static(StaticFiles):
    """Starlette's, with the two habits above."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            twin = Path(f"{response.path}.gz")
            if twin.is_file():  # noqa: ASYNC240 - one stat, as Starlette did for the file itself
                kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
                response = FileResponse(twin, media_type=kind, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
        response.headers["Cache-Control"] = FOR_EVER if b"v=" in scope.get("query_string", b"") else A_WHILE
        return response
