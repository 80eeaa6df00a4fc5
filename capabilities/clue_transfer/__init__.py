"""Clue transfer (线索移交): one clue, one addressee with authority over it, sealed on the way, and what came of it fed back."""

from capabilities.clue_transfer.issuer import issuer
from capabilities.clue_transfer.observer import observer
from capabilities.clue_transfer.receiver import receiver

__all__ = ["issuer", "observer", "receiver"]
