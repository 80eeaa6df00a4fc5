"""The three files of an enrolment: invitation (parent to child), answer (child to parent), welcome (parent to child). Pure.

Each is canonical JSON with a signature line before it. Believe an invitation only after the root's fingerprint was compared, an answer only
after the child's was: by telephone, between people who know each other.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.suite import from_text, to_text
from nodekit.errors import NodeError
from nodekit.peers.introduction import FIELDS
from nodekit.peers.keyfiles import fingerprint
from nodekit.peers.published import OfficeKeys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from nodekit.delivery.core.suite import Keyring

INVITATION, ANSWER, WELCOME = "invitation", "answer", "welcome"
FILE_BYTES_MAX = 8 * 1024 * 1024
FINGERPRINT_DIGITS_MIN = 16


class PaperRefused(NodeError):
    """A file of the enrolment that must not be acted on."""

    code = "joining.paper_refused"
    status = 400

    def __init__(self, what: str, hint: str = "请核对文件是否为对方当面或经可靠渠道交来的原件。") -> None:
        super().__init__(f"加入手续文件不可用:{what}。", hint=hint)


@dataclass(frozen=True)
class Answer:
    """What the child hands back. `request` asks for the certificate of its link."""

    nonce: str
    office: str
    keys: OfficeKeys
    leaf: str
    request: bytes


def write_signed(kind: str, fields: dict[str, Any], keyring: Keyring) -> bytes:
    """Bytes of an invitation or a welcome."""
    document = canonical.encode({"kind": kind} | fields)
    kid, signature = keyring.sign(_tag(kind) + document)
    return f"{kind}1 {kid} {to_text(signature)}\n".encode() + document + b"\n"


def read_unverified(kind: str, data: bytes) -> tuple[dict[str, Any], str, bytes, bytes]:
    """(fields, key id, signature, signed bytes): what a file claims, before anything is believed.

    Raises:
        PaperRefused: another kind of file.
    """
    first, _, rest = data[:FILE_BYTES_MAX].partition(b"\n")
    try:
        name, kid, signature = first.decode("ascii").split(" ")
        document = rest.rstrip(b"\n")
        fields = canonical.parse_object(document, size_max=FILE_BYTES_MAX)
        raw = from_text(signature)
    except (ValueError, Reject):
        raise PaperRefused("格式不符") from None
    if name != f"{kind}1" or fields.get("kind") != kind:
        raise PaperRefused("文件种类不符")
    return fields, kid, raw, _tag(kind) + document


def write_answer(answer: dict[str, str], signing: Ed25519PrivateKey) -> bytes:
    """The child signs with the key it introduces: whoever sends the file holds that key."""
    document = canonical.encode({"kind": ANSWER} | answer)
    return f"{ANSWER}1 self {to_text(signing.sign(_tag(ANSWER) + document))}\n".encode() + document + b"\n"


def read_answer(data: bytes) -> Answer:
    """Verify that the sender holds the key it names. Whose key it is, people settle by its fingerprint.

    Raises:
        PaperRefused: altered, or not an answer.
    """
    fields, _, signature, signed = read_unverified(ANSWER, data)
    try:
        signing = Ed25519PublicKey.from_public_bytes(from_text(fields["signing"]))
        signing.verify(signature, signed)
        sealing = X25519PublicKey.from_public_bytes(from_text(fields["sealing"]))
        return Answer(fields["nonce"], fields["office"], OfficeKeys(signing, sealing), fields["leaf"], fields["request"].encode())
    except (InvalidSignature, Reject, KeyError, ValueError, TypeError, AttributeError):
        raise PaperRefused("签名不符或内容被改动") from None


def same_fingerprint(key: Ed25519PublicKey, told: str) -> bool:
    """Whether what somebody read out is the beginning of this key's fingerprint, and long enough to mean it."""
    digits = "".join(told.split()).lower()
    return len(digits) >= FINGERPRINT_DIGITS_MIN and fingerprint(key).startswith(digits)


def entry_of(text: str) -> dict[str, str]:
    """The one [[office]] of a TOML text.

    Raises:
        PaperRefused: not TOML, or not exactly one office with text fields.
    """
    try:
        (entry,) = tomllib.loads(text)["office"]
        if not {"id", "name", "tier", "kind", "division", "parent"} <= entry.keys() <= FIELDS or not all(isinstance(value, str) for value in entry.values()):
            raise PaperRefused("新单位登记表字段不全", "请按 offices.toml 的格式填写 id、name、tier、kind、division、parent。")
    except (tomllib.TOMLDecodeError, KeyError, ValueError, AttributeError, TypeError):
        raise PaperRefused("新单位登记表无法读取", "文件中应有且只有一个 [[office]]。") from None
    return dict(entry)


def as_json(value: Any) -> str:
    """A settings value as TOML writes it."""
    return json.dumps(value, ensure_ascii=False)


def _tag(kind: str) -> bytes:
    return {INVITATION: b"inv1\0", ANSWER: b"ans1\0", WELCOME: b"wel1\0"}[kind]
