"""One event: an office's parent introduces it, and the word is passed on through the tree."""

from typing import ClassVar

from pydantic import Field

from shared_schemas.event import Event
from shared_schemas.offices import OfficeId


class OfficeIntroduced(Event):
    """A new office and its public keys, signed by the office it is placed under. Passed on unchanged from neighbour to neighbour."""

    TYPE: ClassVar[str] = "joining.introduced.v1"
    TITLE: ClassVar[str] = "新单位加入"

    office: OfficeId = Field(description="The new office; the document says the same.")
    document: str = Field(max_length=4000, description="Canonical JSON {v, office, signing, sealing, by, at}: what the introducing office signed.")
    kid: str = Field(max_length=64, description="Key id of the introducing office.")
    sig: str = Field(max_length=512, description='Its Ed25519 signature over "int1" 00 document, unpadded base64url.')
