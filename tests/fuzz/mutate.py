"""Ways to spoil a transmission: bits, lines, JSON, signatures, halves of two. Seeded; each is one small function."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import orjson

from tests.fuzz.corpus import Said

HEX_DIGITS = frozenset(bytes([byte]) for byte in b"0123456789abcdef")
Spoil = Callable[[random.Random, bytes, list[Said]], bytes]

HOSTILE_VALUES = (
    None, True, False, 0, -1, 1, 2**31, 2**53 - 1, 2**53, 2**63, 2**64, 10**400, 1.5, 1e308, -0.0, "", "x", "x" * 5000, "\x00", "é", "e\u0301", [], [[]],
    {}, {"": ""}, "accepted", "refused", "PKT", "0" * 32, "0" * 64, "9" * 64, "990121-inspection", "990100-inspection>990121-inspection", "2026-02-30T00:00:00Z",
)
HOSTILE_TEXTS = (
    b'"\\ud800"', b'"\\udc00\\ud800"', b"NaN", b"Infinity", b"-0", b"1.0", b"1e3", b"01", b"9007199254740993", b"1" * 5000, b"[" * 9 + b"]" * 9, b"[" * 100_000,
    b'{"a":' * 9 + b"1" + b"}" * 9, b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b"'x'", b"//", b" ", b"\t", b"\r", b"\n", b"\x00", b"\xef\xbb\xbf", b"\\u0041", b",", b"}",
)


def flip_bits(rng: random.Random, data: bytes, _others: list[Said]) -> bytes:
    spoiled = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        if spoiled:
            spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
    return bytes(spoiled)


def replace_bytes(rng: random.Random, data: bytes, _: list[Said]) -> bytes:
    at, width = rng.randrange(len(data) + 1), rng.choice((0, 1, 1, 4, 30))
    return data[:at] + rng.choice(HOSTILE_TEXTS) + data[at + width :]


def replace_digit(rng: random.Random, data: bytes, _others: list[Said]) -> bytes:
    """Stays canonical more often than anything else here."""
    for _ in range(40):
        at = rng.randrange(len(data) + 1)
        if data[at : at + 1] in HEX_DIGITS:
            break
    else:
        return data
    return data[:at] + rng.choice(b"0123456789abcdef").to_bytes() + data[at + 1 :]


def truncate(rng: random.Random, data: bytes, _: list[Said]) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] if rng.random() < 0.7 else data[at:]


def repeat_part(rng: random.Random, data: bytes, _: list[Said]) -> bytes:
    start = rng.randrange(len(data) + 1)
    part = data[start : start + rng.choice((1, 10, 100, 1000))]
    return data[:start] + part * rng.choice((2, 3, 200)) + data[start:]


def splice(rng: random.Random, data: bytes, others: list[Said]) -> bytes:
    """The beginning of one, the end of another."""
    other = rng.choice(others).data
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def disorder_lines(rng: random.Random, data: bytes, _: list[Said]) -> bytes:
    """A line too many, too few, or in another place; empty lines; other ends of lines."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, rng.choice(lines))
        case 2:
            lines.insert(at, b"")
        case 3:
            rng.shuffle(lines)
        case 4:
            lines = lines[:2] + lines[2:] * rng.choice((2, 600))
        case _:
            return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n")), rng.choice((1, -1)))
    return b"\n".join(lines)


def swap_lines(rng: random.Random, data: bytes, others: list[Said]) -> bytes:
    """First line, head or body of another valid transmission under our own others."""
    mine, theirs = data.split(b"\n"), rng.choice(others).data.split(b"\n")
    match rng.randrange(4):
        case 0:
            mine[0] = theirs[0]
        case 1:
            mine[1:2] = theirs[1:2]
        case 2:
            mine[2:] = theirs[2:]
        case _:
            mine[rng.randrange(len(mine))] = rng.choice(theirs)
    return b"\n".join(mine)


def swap_signature(rng: random.Random, data: bytes, others: list[Said]) -> bytes:
    """Suite, key id or signature of the first line from elsewhere."""
    first, _, content = data.partition(b"\n")
    mine, theirs = first.split(b" "), rng.choice(others).data.partition(b"\n")[0].split(b" ")
    at = rng.randrange(max(len(mine), 1))
    mine[at] = rng.choice((theirs[at % len(theirs)], b"", b"intl-1", b"gm-1", b"none", b"A" * 86, b"k" * 65))
    return b" ".join(mine) + b"\n" + content


def change_json(rng: random.Random, data: bytes, others: list[Said]) -> bytes:
    """One value of the head or of a payload line replaced, removed, added or exchanged; written canonically or not."""
    lines = data.split(b"\n")
    at = rng.randrange(1, len(lines)) if len(lines) > 1 else 0
    try:
        value = orjson.loads(lines[at])
    except ValueError:
        return replace_bytes(rng, data, others)
    spot = _somewhere(rng, value)
    if spot is not None:
        _change(rng, *spot)
    lines[at] = _written(rng, value)
    return b"\n".join(lines)


def double_key(rng: random.Random, data: bytes, _: list[Said]) -> bytes:
    """The same key twice, the second or the first with another value."""
    place = data.find(b'":', rng.randrange(len(data) + 1))
    if place < 0:
        return data
    start = data.rfind(b'"', 0, place)
    return data[:start] + data[start : place + 2] + rng.choice((b"0", b'""', b"null", b"[]")) + b"," + data[start:]


def nest(rng: random.Random, data: bytes, _: list[Said]) -> bytes:
    """A value inside 5 to 2,000 brackets."""
    place, depth = data.find(b":", rng.randrange(len(data) + 1)), rng.choice((5, 7, 8, 9, 200, 2000))
    opened, closed = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return data if place < 0 else data[: place + 1] + opened * depth + b"1" + closed * depth + b"," + data[place + 1 :]


def _somewhere(rng: random.Random, value: Any) -> tuple[Any, Any] | None:
    """A container and one of its keys, at a random depth."""
    found = None
    while isinstance(value, dict | list) and value:
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        found, value = (value, key), value[key]
        if rng.random() < 0.4:
            break
    return found


def _change(rng: random.Random, container: Any, key: Any) -> None:
    match rng.randrange(6):
        case 0:
            del container[key]
        case 1 if isinstance(container, dict):
            container[rng.choice(("zz", "a", "prior", "ask", "want", "é", "\U00010000", "\ue000", "sigs", "fin"))] = rng.choice(HOSTILE_VALUES)
        case 2 if isinstance(container[key], int):
            container[key] += rng.choice((-1, 1, 2, 1000))
        case 3 if isinstance(container[key], str):
            container[key] = container[key][: rng.randrange(len(container[key]) + 1)] + rng.choice(("", "0", "\n", "\u0301"))
        case 4 if isinstance(container, list):
            container *= rng.choice((2, 70))
        case _:
            container[key] = rng.choice(HOSTILE_VALUES)


def _written(rng: random.Random, value: Any) -> bytes:
    if rng.random() < 0.75:
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except TypeError:
            pass
    return json.dumps(value, ensure_ascii=rng.random() < 0.5, separators=rng.choice(((",", ":"), (", ", ": ")))).encode(errors="surrogatepass")


SPOILS: dict[str, Spoil] = {
    spoil.__name__: spoil
    for spoil in (
        flip_bits, replace_bytes, replace_digit, truncate, repeat_part, splice, disorder_lines, swap_lines, swap_signature, change_json, double_key, nest,
    )
}
WEIGHTS = {"change_json": 5, "replace_digit": 3, "swap_lines": 2}


def spoiled(rng: random.Random, said: Said, others: list[Said]) -> tuple[str, bytes]:
    """One transmission spoiled in one to three ways; the names of the ways, and the bytes."""
    names = rng.choices(list(SPOILS), [WEIGHTS.get(name, 1) for name in SPOILS], k=rng.choice((1, 1, 1, 2, 3)))
    data = said.data
    for name in names:
        data = SPOILS[name](rng, data, others)
    return "+".join(names), data
