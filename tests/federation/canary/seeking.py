"""Looks for canaries in any bytes: as they are and in every disguise a store, a log or a browser might put on them.

All canaries carry one of a few marks, so that hundreds of texts are found by searching for some sixty byte strings; that each
canary is found in each disguise is proven by planting (`test_seeking`).
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import os
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

MARK = "龘鱻麤靐齉"
"""Words: persons' names, statements, reasons."""
PINYIN = "daxiancubingnang"
ID_NUMBER, PHONE = "99012119876543", "19987654"
"""Beginnings shared by the canary ID numbers and telephone numbers."""
MARKS = (MARK, PINYIN, ID_NUMBER, PHONE)
STREAM_MAX = 4 * 1024 * 1024
"""Of one compressed stream this much is looked into."""
GZIP, ZLIB = b"\x1f\x8b\x08", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


def canaries() -> dict[str, str]:
    """More than thirty texts by what they stand for."""
    found = {f"person {n}": f"{MARK}甲{n:02d}" for n in range(6)}
    found |= {f"statement {n}": f"来信反映{MARK}第{n:02d}件补贴滞留专户" for n in range(6)}
    found |= {f"reason {n}": f"理由{MARK}之{n:02d}附件未附" for n in range(8)}
    found |= {f"id number {n}": f"{ID_NUMBER}{1000 + n}" for n in range(5)}
    found |= {f"telephone {n}": f"{PHONE}{n:03d}" for n in range(5)}
    return found | {f"pinyin {n}": f"{PINYIN}{n:02d}" for n in range(5)}


def disguises(text: str) -> dict[str, bytes]:
    """The text as bytes, by the name of the disguise. In base64 only the characters that do not depend on the neighbours are kept."""
    raw = text.encode()
    found = {
        "utf-8": raw, "utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be"), "gb18030": text.encode("gb18030"),
        "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode(), "utf-16 hex": text.encode("utf-16-be").hex().encode(),
        "json": json.dumps(text)[1:-1].encode(), "JSON": json.dumps(text)[1:-1].replace("\\u", "\\U").upper().replace("\\U", "\\u").encode(),
        "percent": urllib.parse.quote(text, safe="").encode(), "percent lower": urllib.parse.quote(text, safe="").lower().encode(),
        "references": "".join(f"&#{ord(sign)};" for sign in text).encode(), "octal": "".join(f"\\{byte:03o}" for byte in raw).encode(),
        "python": text.encode("unicode_escape"), "bytes": repr(raw)[2:-1].encode(), "reversed": text[::-1].encode(),
    }
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")[(0, 2, 3)[shift] : -1]
        found |= {f"base64 {shift}": inner, f"base64url {shift}": inner.replace(b"+", b"-").replace(b"/", b"_")}
    return found


WANTED = {name: data for mark in MARKS for name, data in ((f"{mark} {how}", form) for how, form in disguises(mark).items())}


def found_in(data: bytes, *, inside: bool = True) -> set[str]:
    """Names of the marks and disguises that stand in `data`, or, with `inside`, in compressed streams anywhere in it."""
    hits = {name for name, form in WANTED.items() if form in data}
    if inside:
        for stream in streams(data):
            hits |= {f"{name} (compressed)" for name in found_in(stream, inside=False)}
    return hits


def streams(data: bytes) -> Iterator[bytes]:
    """What can be unpacked from gzip or zlib streams that begin at any place."""
    for magic in (GZIP, *ZLIB):
        at = data.find(magic)
        while at >= 0:
            unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib by its header
            with contextlib.suppress(zlib.error):
                yield unpacker.decompress(data[at : at + STREAM_MAX], STREAM_MAX)
            at = data.find(magic, at + 1)


def files_under(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


def search_files(paths: Iterable[Path]) -> dict[str, set[str]]:
    """Hits by path. A file that is gone again, as databases have them, is no finding."""
    hits = {}
    for path in paths:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue
        if found := found_in(data) | found_in(os.fsencode(path.name), inside=False):
            hits[os.fspath(path)] = found
    return hits


def packed(data: bytes) -> dict[str, bytes]:
    """The compressed disguises, for planting."""
    return {"gzip": gzip.compress(data), "zlib": zlib.compress(data), "zlib in the middle": b"\0" * 7 + zlib.compress(data, 1) + b"tail"}
