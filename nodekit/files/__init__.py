"""Files of records: attached by an officer, sent with an event, taken from one, handed out again. Ciphertext everywhere but in a request."""

from nodekit.files.keeping import (
    StoredName,
    attachments_for,
    destroy_files,
    files_of,
    files_summary,
    forget_file,
    name_of,
    pieces,
    store_file,
    take_attachments,
)

__all__ = [
    "StoredName", "attachments_for", "destroy_files", "files_of", "files_summary", "forget_file", "name_of", "pieces", "store_file", "take_attachments",
]
