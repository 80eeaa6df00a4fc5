"""Text no database, document or terminal should meet: refused at the door with 422, never a 500 later."""

import re
from collections.abc import Mapping
from typing import Any

HOSTILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters except tab and line ends, direction overrides (they disguise names), lone surrogates, non-characters."""


def is_hostile(text: str) -> bool:
    return HOSTILE.search(text) is not None


def holds_hostile(value: Any) -> bool:
    """Whether a JSON-like value holds hostile text anywhere."""
    if isinstance(value, str):
        return is_hostile(value)
    if isinstance(value, Mapping):
        return any(holds_hostile(k) or holds_hostile(v) for k, v in value.items())
    if isinstance(value, list | tuple | set):
        return any(holds_hostile(item) for item in value)
    return False
