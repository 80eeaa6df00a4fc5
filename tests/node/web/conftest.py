"""One office that runs the sample slice, shared by a module's tests; every test finds the same fresh rows."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import sqlalchemy as sa

from nodekit.testing import Federation, OfficerClient, TestNode
from tests.node.web.sample import LEDGER, OFFICE, SPEC, Matter, create_tables, rows
from tests.support.postgres import shared_server

FINE = {"serial": "YL-09-001", "title": "账面资产与实物不符", "category": "F2.4", "weight": "ordinary"}
"""Values the sample's form accepts."""
ROWS = 45


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestNode]:
    async with Federation.start({OFFICE: SPEC}, pg=shared_server(), folder=tmp_path_factory.mktemp("keys")) as federation:
        await create_tables(federation[OFFICE].node)
        yield federation[OFFICE]


@pytest_asyncio.fixture(loop_scope="package")
async def desk(office: TestNode) -> TestNode:
    async with office.node.unit_of_work() as uow:
        await uow.session.execute(sa.delete(Matter))
        uow.session.add_all(rows(ROWS, uow))
    return office


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def director(office: TestNode) -> OfficerClient:
    return await office.login(username="director", name="经办人甲")


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def at_desk(office: TestNode) -> OfficerClient:
    return await office.login("office_clerk", username="clerk", name="经办人乙")


@pytest.fixture
def officer(desk: TestNode, director: OfficerClient) -> OfficerClient:
    """Holds every post."""
    return director


@pytest.fixture
def clerk(desk: TestNode, at_desk: OfficerClient) -> OfficerClient:
    """May handle, may not close."""
    return at_desk


@pytest_asyncio.fixture(loop_scope="package")
async def matter(officer: OfficerClient) -> dict:
    """A matter just noted."""
    return await officer.create(LEDGER.url, **FINE)
