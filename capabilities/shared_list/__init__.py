"""Shared lists (清单、手册): published by an upper office, adapted item by item below, filed back, merged when a new version comes."""

from capabilities.shared_list.issuer import IssuerOptions, issuer
from capabilities.shared_list.receiver import ReceiverOptions, receiver

__all__ = ["IssuerOptions", "ReceiverOptions", "issuer", "receiver"]
