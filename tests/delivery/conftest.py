"""Databases for delivery tests."""

from __future__ import annotations

import pytest

from tests.support.delivery_database import create_delivery_database
from tests.support.postgres import PgServer, pg_server

__all__ = ["pg_server"]


@pytest.fixture
def delivery_dsn(pg_server: PgServer) -> str:
    """A fresh database holding the delivery tables."""
    return create_delivery_database(pg_server)
