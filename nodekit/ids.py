"""The only place that makes identifiers."""

import os
import time
from uuid import UUID, uuid4


def new_id() -> UUID:
    """Time-ordered UUIDv7 (RFC 9562). Its millisecond is readable: never use it for petitions."""
    millis = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (millis & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | (random_bits >> 64 & 0xFFF) << 64 | 0b10 << 62 | (random_bits & (1 << 62) - 1)
    return UUID(int=value)


def new_random_id() -> UUID:
    """UUIDv4: says nothing about when it was made."""
    return uuid4()
