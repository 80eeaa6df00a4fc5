"""One office's node: its settings, database, keys, delivery and what its service composed. No module-level state: two may live in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from nodekit.applier import HandlerApplier
from nodekit.audit import AuditLog
from nodekit.changes import Changes
from nodekit.clock import utc_now
from nodekit.db.migrate import migrate
from nodekit.deadlines import Deadlines
from nodekit.delivery import crash
from nodekit.delivery.crash import CrashPoints
from nodekit.delivery.runner import DeliveryService, Hooks
from nodekit.errors import NodeError
from nodekit.housekeeping import keep_house
from nodekit.joining.membership import recall
from nodekit.ops.handlers import handlers as exchange_handlers
from nodekit.telemetry.sentences import sentence_of
from nodekit.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from nodekit.bus.port import Bus
    from nodekit.identity.officer import Officer
    from nodekit.opening import OfficeIdentity
    from nodekit.peers import Directory, Keyring, Office
    from nodekit.sealing import Sealer, Vault
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec

OptionsT = TypeVar("OptionsT")
log = structlog.get_logger()
BACKGROUND_PAUSE_S = 1.0


class WrongService(NodeError):
    """The settings name an office that this service is not for."""

    code = "node.wrong_service"
    status = 400


class Node:
    """Everything a request, a handler or a background task of one office needs."""

    def __init__(
        self, spec: NodeSpec, settings: Settings, *, bus: Bus, identity: OfficeIdentity, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.spec, self.settings, self.clock, self.bus = spec, settings, clock, bus
        self.directory: Directory = identity.directory
        self.office: Office = self.directory.office(settings.office)
        self.keyring: Keyring = identity.keyring
        self.sealer: Sealer = identity.sealer
        self.vault: Vault = identity.vault
        self.engine: AsyncEngine = create_async_engine(settings.sqlalchemy_url, pool_size=5, max_overflow=5, pool_pre_ping=True, hide_parameters=True)
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.audit = AuditLog()
        self.deadlines = Deadlines.standard()
        self.changes = Changes()
        self.delivery: DeliveryService | None = None
        self.state: dict[str, Any] = {}
        """Things slices keep for the life of the process (caches, subscribers), by slice name."""
        self._tasks: list[asyncio.Task[None]] = []
        self._crash = CrashPoints.from_environment()
        self._options = {type(part.options): part.options for part in spec.slices if part.options is not None}
        if self.office.kind is not spec.kind or self.office.tier not in spec.tiers:
            raise WrongService(
                f"{self.office.name}({self.office.id})不是 {spec.service} 服务对应的机构。",
                hint="请在 settings.toml 中核对 office,或改用该机构对应的服务启动。",
            )

    def options(self, kind: type[OptionsT]) -> OptionsT:
        """A composed slice's options by class; KeyError says the service does not compose that slice."""
        return cast("OptionsT", self._options[kind])

    @asynccontextmanager
    async def unit_of_work(self, officer: Officer | None = None) -> AsyncIterator[UnitOfWork]:
        """One transaction. Commits on leaving, rolls back on any exception; the audit chain is written last."""
        async with self.sessions() as session, session.begin():
            uow = UnitOfWork(self, session, self.clock(), officer)
            yield uow
            await session.flush()
            await self.audit.flush(uow)
            self._crash.reach(crash.BEFORE_OUTBOX_COMMIT)
        self._crash.reach(crash.AFTER_OUTBOX_COMMIT)
        self.changes.tell()

    @asynccontextmanager
    async def reading(self, officer: Officer | None = None) -> AsyncIterator[UnitOfWork]:
        """A unit of work that never commits."""
        async with self.sessions() as session:
            yield UnitOfWork(self, session, self.clock(), officer)
            await session.rollback()

    async def prepare(self) -> None:
        """Migrate the database, pin the peers' keys: what must be done before anybody is served."""
        changed = await migrate(self.engine, self.spec)
        if changed:
            log.info("migrated", schemas=changed)
        async with self.unit_of_work() as uow:
            pins = await recall(uow)
            await self.deadlines.refresh(uow.session)
        if pins.refused:
            log.error("peer keys differ from their pins; refused", offices=pins.refused)

    async def start(self) -> None:
        """Start delivery and the slices' background work."""
        handlers = [*exchange_handlers.all, *(handler for part in self.spec.slices if part.handlers for handler in part.handlers.all)]
        handlers += [handler for policy in self.spec.policies for handler in policy.all]
        self.delivery = DeliveryService(
            self.engine, self.office.id, self.bus, self.keyring, HandlerApplier(self, handlers),
            Hooks(clock=self.clock, on_change=self.changes.tell),
        )
        await self.delivery.start()
        self._tasks.append(asyncio.create_task(_forever(keep_house, self), name="housekeeping"))
        for part in self.spec.slices:
            self._tasks += [asyncio.create_task(_forever(work, self), name=f"{part.name}:{work.__name__}") for work in part.background]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.delivery:
            await self.delivery.stop()
        await self.engine.dispose()

    async def ready(self) -> bool:
        """Whether the database answers and is migrated; the bus may be down, officers still work."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return self.delivery is not None


async def _forever(work: Callable[[Node], Awaitable[None]], node: Node) -> None:
    """A slice's background work; one that fails says so and is started again."""
    while True:
        try:
            await work(node)
        except Exception as error:  # noqa: BLE001 - whatever a slice does wrong, the node goes on
            log.error("background work failed", work=str(work), error=type(error).__name__, why=sentence_of(error))  # noqa: TRY400 - a traceback may quote contents
        await asyncio.sleep(BACKGROUND_PAUSE_S)
