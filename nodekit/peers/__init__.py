"""The other offices: who they are, which keys are theirs, how divisions nest. Promise: a pinned key never changes silently."""

from nodekit.peers.directory import Directory, Office
from nodekit.peers.errors import PeerKeyChanged, UnknownOffice
from nodekit.peers.keyring import Keyring

__all__ = ["Directory", "Keyring", "Office", "PeerKeyChanged", "UnknownOffice"]
