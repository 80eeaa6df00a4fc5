"""One event: a paper that grants an office a new key, or revokes one, is passed on through the tree."""

from typing import ClassVar

from pydantic import Field

from shared_schemas.event import Event
from shared_schemas.offices import OfficeId


class KeyPaperIssued(Event):
    """A paper about the keys of one office, signed by its parent (the province's by the root key). Passed on unchanged from neighbour to neighbour."""

    TYPE: ClassVar[str] = "rekeying.paper.v1"
    TITLE: ClassVar[str] = "密钥文书"

    office: OfficeId = Field(description="Whose key is granted or revoked; the document says the same.")
    document: str = Field(
        max_length=16384,
        description="Canonical JSON. Grant: {v, kind: rotate|renew, office, n, signing, sealing, by, at, prev?}. "
        "Revocation: {v, kind: revoke, office, kid, serial, last: [[channel, number]], by, at}.",
    )
    sigs: list[list[str]] = Field(
        max_length=3,
        description='[role, key id, Ed25519 signature over "key1" 00 document in unpadded base64url]; roles: old (the key before), new (the key granted), by (the parent).',
    )
