"""A federation of real nodes in one process."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from nodekit.app import build_app
from nodekit.clock import utc_now
from nodekit.db.migrate import histories, migrate
from nodekit.identity.accounts import create_account
from nodekit.identity.posts import ADMIN_DUTIES, posts_of_kind
from nodekit.node import Node
from nodekit.opening import OfficeIdentity
from nodekit.peers.keys import generate_keys
from nodekit.settings import Settings
from nodekit.testing.client import OfficerClient

if TYPE_CHECKING:
    from datetime import datetime

    from nodekit.bus.port import Bus
    from nodekit.spec import NodeSpec

PASSWORD = "Test-only-passphrase-1"  # noqa: S105 - accounts of test databases only
SETTLE_S = 30
OFFICES = Path(__file__).parents[2] / "deploy" / "offices.toml"


class PgFactory(Protocol):
    """What the test run's PostgreSQL offers (tests/support/postgres.py)."""

    def template(self, name: str, build: Callable[[str], None]) -> str: ...
    def create_database(self, name: str | None = None, *, template: str = "template1") -> str: ...


async def eventually(check: Callable[[], Awaitable[Any]], *, within_s: float = SETTLE_S, what: str = "condition") -> Any:
    """Wait until `check` answers something true. Polls; the deadline only bounds a failure."""
    deadline = time.monotonic() + within_s
    while True:
        found = await check()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {within_s} s")
        await asyncio.sleep(0.02)


class TestNode:
    """One office under test."""

    __test__ = False

    def __init__(self, node: Node) -> None:
        self.node, self.office = node, node.office.id
        self.app = build_app(node.spec, node, run_node=False)
        self._officers = 0

    def http(self) -> httpx.AsyncClient:
        """A browser without a session."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=f"http://{self.office}.test", timeout=60)

    async def login(self, *posts: str, username: str | None = None, name: str | None = None) -> OfficerClient:
        """Create an officer with these posts (none named: every post of this kind of office but the three admin duties) and sign in."""
        self._officers += 1
        username = username or f"officer{self._officers}"
        held = list(posts) or [post.code for post in posts_of_kind(self.node.spec.kind) if post.code not in ADMIN_DUTIES]
        async with self.node.unit_of_work() as uow:
            await create_account(uow, username=username, name=name or f"经办人{self._officers}", password=PASSWORD, posts=held, must_change=False)
        http = self.http()
        answer = await http.post("/api/session", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return OfficerClient(http, answer.json()["csrf"])

    async def scalar(self, statement: str, **values: Any) -> Any:
        """One value from this node's database."""
        async with self.node.engine.connect() as connection:
            return (await connection.execute(sa.text(statement), values)).scalar()

    async def column(self, statement: str, **values: Any) -> list[Any]:
        """The first column of every row from this node's database."""
        async with self.node.engine.connect() as connection:
            return list((await connection.execute(sa.text(statement), values)).scalars())


class Federation:
    """Nodes by office id."""

    def __init__(self, nodes: dict[str, TestNode], network: Any) -> None:
        self._nodes, self.network = nodes, network

    def __getitem__(self, office: str) -> TestNode:
        return self._nodes[office]

    def __iter__(self) -> Any:
        return iter(self._nodes.values())

    @classmethod
    @asynccontextmanager
    async def start(
        cls, specs: Mapping[str, NodeSpec], *, pg: PgFactory, folder: Path, buses: Callable[[str], Bus] | None = None,
        clock: Callable[[], datetime] = utc_now, offices_file: Path = OFFICES,
    ) -> AsyncIterator[Federation]:
        """Start one node per office over a fake network (or the given buses).

        Args:
            specs: office id -> what its service composes.
            pg: where databases come from; each service is migrated once per run and copied.
            folder: for keys.
        """
        from nodekit.bus.fake_bus import FakeNetwork

        network = FakeNetwork() if buses is None else None
        make_bus = buses or network.bus  # type: ignore[union-attr]
        generate_keys(offices_file, folder)
        async with AsyncExitStack() as stack:
            nodes = {}
            for office, spec in specs.items():
                node = _open(office, spec, pg, folder, make_bus(office), clock, offices_file)
                await node.prepare()
                await node.start()
                stack.push_async_callback(node.stop)
                nodes[office] = TestNode(node)
            yield cls(nodes, network)

    async def settle(self, within_s: float = SETTLE_S) -> None:
        """Wait until everything said between these nodes has its receipt and every arrival is decided."""

        async def quiet() -> bool:
            """Nothing waits anywhere, twice with the same number of events: nodes are asked one after another, and an answer may
            set off from one already asked while another is."""
            before = await self._spoken()
            waiting = [waits for _pass in range(2) for node in self for waits in await self._waiting(node)]
            return not waiting and before == await self._spoken()

        try:
            await eventually(quiet, within_s=within_s, what="quiet")
        except AssertionError:
            left = {node.office: await self._waiting(node) for node in self}
            raise AssertionError(f"still waiting after {within_s} s: { {k: v for k, v in left.items() if v} }") from None

    async def _spoken(self) -> int:
        """Events that ever left or reached any of these nodes."""
        counts = [await node.scalar("SELECT (SELECT count(*) FROM nodekit.outbox) + (SELECT count(*) FROM nodekit.inbox)") for node in self]
        return sum(counts)

    async def _waiting(self, node: TestNode) -> list[str]:
        here = list(self._nodes)
        async with node.node.engine.connect() as connection:
            out = await connection.execute(
                sa.text("SELECT type || ' to ' || dst FROM nodekit.outbox WHERE final IS NULL AND (voided_at IS NULL OR seq IS NOT NULL) AND dst = ANY(:here)"), {"here": here}
            )
            arrived = await connection.execute(
                sa.text("SELECT type || ' from ' || src || ' ' || status FROM nodekit.inbox WHERE status IN ('delivered', 'held', 'quarantined')")
            )
            return [*out.scalars(), *arrived.scalars()]


def _open(
    office: str, spec: NodeSpec, pg: PgFactory, folder: Path, bus: Bus, clock: Callable[[], datetime], offices_file: Path
) -> Node:
    template = pg.template(_template_name(spec), lambda dsn: asyncio_run(_migrate(dsn, spec)))
    settings = Settings(
        office=office, offices_file=offices_file, directory_file=folder / "directory.json", keys_dir=folder / office / "keys",
        database_url=pg.create_database(template=template), state_dir=folder / office,
    )
    identity = OfficeIdentity.load(office, offices_file, settings.directory_file, settings.keys_dir)
    return Node(spec, settings, bus=bus, identity=identity, clock=clock)


def _template_name(spec: NodeSpec) -> str:
    """Changes whenever a revision file of the service changes."""
    digest = hashlib.sha256()
    for history in histories(spec):
        for file in sorted(history.folder.glob("*.py")):
            digest.update(file.read_bytes())
    return f"svc_{spec.service}_{digest.hexdigest()[:12]}"


async def _migrate(dsn: str, spec: NodeSpec) -> None:
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    await migrate(engine, spec)
    await engine.dispose()


def asyncio_run(work: Any) -> None:
    """Run a coroutine to its end from inside a running loop's thread (templates are built once per run)."""
    import threading

    failure: list[BaseException] = []

    def target() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:  # noqa: BLE001 - handed to the caller below
            failure.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
