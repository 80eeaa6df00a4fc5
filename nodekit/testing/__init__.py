"""Several real nodes in one process, for tests: real PostgreSQL, real HTTP routes, a network that can be cut."""

from nodekit.testing.client import OfficerClient
from nodekit.testing.federation import Federation, TestNode, eventually

__all__ = ["Federation", "OfficerClient", "TestNode", "eventually"]
