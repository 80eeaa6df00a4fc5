"""Clue transfer with files. A release that does not know these types holds them, undecided, until it is upgraded: it never takes a clue without its files."""

from typing import ClassVar

from pydantic import Field

from shared_schemas.attachment import ATTACHMENTS_MAX, Attachment
from shared_schemas.clue_transfer import v1


class ClueTransferSentWithFiles(v1.ClueTransferSent):
    """As `clue_transfer.sent.v1`, with the evidence itself. Without files, version 1 is sent."""

    TYPE: ClassVar[str] = "clue_transfer.sent.v2"

    attachments: list[Attachment] = Field(min_length=1, max_length=ATTACHMENTS_MAX, description="Files that belong to the clue; decided only when all of them have arrived.")
