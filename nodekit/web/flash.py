"""One sentence for the next page, carried over the redirect in a short-lived cookie. Never sealed content."""

import base64
import binascii
import json

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

COOKIE = "flash"
MAX_AGE_S = 60
NOTES_MAX, NOTE_CHARS_MAX = 3, 120


def redirect(url: str, notes: list[str] | None = None) -> RedirectResponse:
    """303 to `url`, where the notes are shown once."""
    response = RedirectResponse(url, status_code=303)
    if notes:
        text = json.dumps([note[:NOTE_CHARS_MAX] for note in notes[:NOTES_MAX]])
        response.set_cookie(COOKIE, base64.urlsafe_b64encode(text.encode()).decode(), max_age=MAX_AGE_S, httponly=True, samesite="lax")
    return response


def take(request: Request) -> list[str]:
    """The notes the browser brought along; anything odd is ignored."""
    raw = request.cookies.get(COOKIE)
    if not raw:
        return []
    try:
        notes = json.loads(base64.urlsafe_b64decode(raw))
    except (ValueError, binascii.Error):
        return []
    return [str(note)[:NOTE_CHARS_MAX] for note in notes[:NOTES_MAX]] if isinstance(notes, list) else []


def clear(request: Request, response: Response) -> None:
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
