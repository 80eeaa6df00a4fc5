"""Secrets in transit (Sealer, for one office) and at rest (Vault, under a key outside the database). Never: plaintext in an error or a log."""

from nodekit.sealing.errors import CannotOpen, TooLargeToSeal
from nodekit.sealing.sealer import Sealer
from nodekit.sealing.vault import Vault

__all__ = ["CannotOpen", "Sealer", "TooLargeToSeal", "Vault"]
