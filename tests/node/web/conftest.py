"""One office that runs the sample slice, and officers at it."""

from collections.abc import AsyncIterator

import pytest

from nodekit.testing import OfficerClient, TestNode
from tests.node.web.sample import LEDGER, OFFICE, SPEC, create_tables

FINE = {"serial": "YL-09-001", "title": "账面资产与实物不符", "category": "F2.4", "weight": "ordinary"}
"""Values the sample's form accepts."""


@pytest.fixture
async def desk(start_federation) -> AsyncIterator[TestNode]:
    async with start_federation({OFFICE: SPEC}) as federation:
        await create_tables(federation[OFFICE].node, 45)
        yield federation[OFFICE]


@pytest.fixture
async def officer(desk: TestNode) -> OfficerClient:
    """Holds every post."""
    return await desk.login(username="director", name="经办人甲")


@pytest.fixture
async def clerk(desk: TestNode) -> OfficerClient:
    """May handle, may not close."""
    return await desk.login("office_clerk", username="clerk", name="经办人乙")


@pytest.fixture
async def matter(officer: OfficerClient) -> dict:
    """A matter just noted."""
    return await officer.create(LEDGER.url, **FINE)
