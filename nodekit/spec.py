"""What slices and services declare. Data only: the runtime reads it, nobody registers anything at import time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData

    from nodekit.handlers import Handlers
    from nodekit.identity.officer import Officer
    from nodekit.numbering.series import Series
    from nodekit.unit_of_work import UnitOfWork
    from nodekit.web.ledger import Ledger
    from shared_schemas.event import Event
    from shared_schemas.figures import Cell
    from shared_schemas.offices import OfficeKind, Tier


@dataclass(frozen=True)
class Permission:
    """One thing an officer may do. `posts` are the posts (nodekit.identity.posts) that hold it by default."""

    code: str
    """`<capability>.<verb>`, e.g. `clue_transfer.send`."""
    title: str
    posts: frozenset[str]


@dataclass(frozen=True)
class MenuEntry:
    """A line in the side menu. Groups are shown in the order of domain.md G.1."""

    group: str
    title: str
    path: str
    icon: str
    """Name of a bootstrap icon, e.g. `send`."""
    permission: str
    count: Callable[[UnitOfWork, Officer], Awaitable[int]] | None = None
    """Small number beside the title: how many wait for somebody here."""


@dataclass(frozen=True)
class Todo:
    """One matter that waits for the officer, as shown on 工作台."""

    title: str
    url: str
    kind: str
    """待签收 | 待办 | 待审批 | 将到期 | 已超期 | 消息"""
    due_on: Any | None = None
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """An indicator of the catalogue (domain.md D.3) that a slice produces."""

    code: str
    name: str
    unit: str
    formula: str
    """Said in Chinese as printed under 口径说明."""
    sealed: bool = False
    """Counts from a sealed family: small ones are suppressed outside the node."""


@dataclass(frozen=True)
class FigureSource:
    """Figures and the query that computes their cells from this slice's own rows."""

    figures: tuple[Figure, ...]
    compute: Callable[[UnitOfWork], Awaitable[Sequence[Cell]]]


@dataclass(frozen=True)
class Invariant:
    """A rule watched in production: the query returns one Chinese sentence per violation, none when all is well."""

    name: str
    check: Callable[[UnitOfWork], Awaitable[Sequence[str]]]


@dataclass(frozen=True)
class Slice:
    """One side of a capability, complete: tables, routes, pages, handlers, permissions, figures."""

    name: str
    """`<capability>.<side>`; the PostgreSQL schema is the same with an underscore."""
    title: str
    package: str
    """Python package; its `templates/` and `migrations/` are found beside its code."""
    metadata: MetaData | None = None
    ledgers: tuple[Ledger, ...] = ()
    routers: tuple[APIRouter, ...] = ()
    handlers: Handlers | None = None
    permissions: tuple[Permission, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    todos: tuple[Callable[[UnitOfWork, Officer], Awaitable[Sequence[Todo]]], ...] = ()
    figures: tuple[FigureSource, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    series: tuple[Series, ...] = ()
    """What this slice numbers (nodekit.numbering)."""
    options: Any = None
    """A small frozen dataclass; commands read it with `uow.options(TheClass)`."""
    optional_events: tuple[type[Event], ...] = ()
    """What may wait when too much is undelivered (nodekit.backlog): only what its producer says again by itself."""
    background: tuple[Callable[[Any], Awaitable[None]], ...] = ()
    """Long-running coroutines given the Node; started with the node, cancelled with it."""

    @property
    def schema(self) -> str:
        return self.name.replace(".", "_")

    @property
    def capability(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class NodeSpec:
    """What a kind of office is: a level, a kind and a list of slices."""

    service: str
    """Folder under services/, e.g. `county`."""
    kind: OfficeKind
    tiers: tuple[Tier, ...]
    slices: tuple[Slice, ...]
    policies: tuple[Handlers, ...] = ()
    """Reactions across slices inside this office, to local events."""
    home: str = "/workbench"
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [part.name for part in self.slices]
        if len(names) != len(set(names)):
            raise ValueError(f"service {self.service} composes a slice twice: {names}")
