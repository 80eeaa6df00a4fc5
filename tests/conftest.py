"""Fixtures for every level. Nodes are started only by the tests that ask for them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from nodekit.telemetry import configure_logging
from tests.support.postgres import PgServer, pg_server  # noqa: F401 - a fixture

configure_logging("tests")  # structlog's own default would print local variables of every frame


@pytest.fixture
def start_federation(pg_server: PgServer, tmp_path: Path) -> Callable[..., AbstractAsyncContextManager]:  # noqa: F811
    """`async with start_federation({"990121-inspection": SPEC, …}) as fed:` — real databases, fake network."""
    from nodekit.testing import Federation

    def start(specs, **options):
        return Federation.start(specs, pg=pg_server, folder=tmp_path / "keys", **options)

    return start


@pytest.fixture
async def county(start_federation) -> AsyncIterator:
    """One county office alone."""
    from services.county.app import SPEC

    async with start_federation({"990121-inspection": SPEC}) as fed:
        yield fed["990121-inspection"]
