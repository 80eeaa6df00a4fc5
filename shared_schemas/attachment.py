"""A file that travels with an event, as the event's body names it. The bytes travel beside it as chunks of ciphertext."""

from pydantic import Field

from shared_schemas.event import WireModel

ATTACHMENT_BYTES_MAX = 32 * 1024 * 1024
ATTACHMENTS_MAX = 10


class Attachment(WireModel):
    """Name, size and key of a file. An event type with attachments is never one that release 0.1.0 knew: that release would not wait for them."""

    name: str = Field(min_length=1, max_length=120, description="File name with its extension, as the sender's officer gave it.")
    size_bytes: int = Field(ge=1, le=ATTACHMENT_BYTES_MAX, description="Size of the contents.")
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{43}$", description="Content key, 32 bytes in unpadded base64url.")
    blob: str = Field(pattern=r"^[0-9a-f]{64}$", description="Which of the envelope's blobs it is: SHA-256 over 'blb1', a zero byte and the chunk names joined by line feeds.")
