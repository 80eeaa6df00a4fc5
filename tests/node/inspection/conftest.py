"""One county office with inspection work only, and an officer holding every post."""

from collections.abc import AsyncIterator

import pytest

from tests.node.inspection.specs import COUNTY, COUNTY_ID
from tests.support.inspection import Desk


@pytest.fixture
async def node(start_federation) -> AsyncIterator:
    async with start_federation({COUNTY_ID: COUNTY}) as fed:
        yield fed[COUNTY_ID]


@pytest.fixture
async def desk(node) -> Desk:
    return Desk(await node.login())
