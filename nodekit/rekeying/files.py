"""Files people carry: a request of an office for a new key, and papers. Plain JSON; every paper carries its own signatures. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.key_paper import NEW, TAG_KEY, Grant, KeyPaper, paper_of, read_document
from nodekit.peers.keyring import verify_raw
from nodekit.rekeying.errors import RekeyingRefused

FORMAT = "liandong-keys-1"
FILE_BYTES_MAX = 4 * 1024 * 1024
FINGERPRINT_DIGITS_MIN = 16


@dataclass(frozen=True)
class KeyFile:
    """`request` waits for the parent's signature; `papers` hold already."""

    papers: list[KeyPaper]
    request: KeyPaper | None = None


def write_key_file(papers: Iterable[KeyPaper], request: KeyPaper | None = None) -> bytes:
    fields = {"format": FORMAT, "papers": [paper.as_json() for paper in papers]} | ({"request": request.as_json()} if request else {})
    return json.dumps(fields, ensure_ascii=False, indent=1).encode() + b"\n"


def read_key_file(data: bytes) -> KeyFile:
    """What a file claims; nothing is believed yet.

    Raises:
        RekeyingRefused: another kind of file.
    """
    try:
        fields = json.loads(data[:FILE_BYTES_MAX])
        known = fields["format"] == FORMAT
        papers = [paper_of(entry) for entry in fields["papers"]]
        request = paper_of(fields["request"]) if "request" in fields else None
    except (ValueError, KeyError, TypeError, Reject, RecursionError):
        known = False
    if not known:
        raise RekeyingRefused("该文件不是密钥文书", "请核对文件是否为对方交来的原件。")
    return KeyFile(papers, request)


def requested(file: KeyFile, told: str) -> tuple[Grant, KeyPaper]:
    """The request, if its sender holds the new key and a person compared that key's fingerprint.

    Raises:
        RekeyingRefused: no request, altered, or another key than the one read out.
    """
    if file.request is None:
        raise RekeyingRefused("该文件中没有待签的换钥申请", "请向对方索取 node rotate-keys 生成的申请文件。")
    try:
        grant = read_document(file.request.document)
        kid, signature = file.request.signature(NEW)
    except Reject:
        raise RekeyingRefused("换钥申请内容被改动", "请对方重新生成申请文件。") from None
    if not isinstance(grant, Grant) or kid != grant.kid or not verify_raw(grant.signing, TAG_KEY + file.request.document, signature):
        raise RekeyingRefused("换钥申请内容被改动", "请对方重新生成申请文件。")
    check_told(grant.signing, told)
    return grant, file.request


def check_told(public: bytes, told: str) -> None:
    """Whether what somebody read out is the beginning of this key's fingerprint, and long enough to mean it.

    Raises:
        RekeyingRefused: it is not.
    """
    digits = "".join(told.split()).lower()
    if len(digits) < FINGERPRINT_DIGITS_MIN or not fingerprint_of(public).startswith(digits):
        raise RekeyingRefused("密钥指纹与电话核对的不一致", "切勿继续;请重新通话核对(至少 16 位),仍不一致的按冒名处理。")


def fingerprint_of(public: bytes) -> str:
    """SHA-256 of a raw public key, hex."""
    return sha256(public).hexdigest()
