"""The edge where a request's transaction begins and ends.

A write commits before the answer leaves (`scope="function"`): with FastAPI's default scope a failed commit would still answer 201.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from nodekit.identity.session import CurrentOfficer
from nodekit.node import Node
from nodekit.unit_of_work import UnitOfWork


def node_of(request: Request) -> Node:
    """The node this application serves."""
    node: Node = request.app.state.node
    return node


async def _write(request: Request, officer: CurrentOfficer) -> AsyncIterator[UnitOfWork]:
    async with node_of(request).unit_of_work(officer) as uow:
        yield uow


async def _read(request: Request, officer: CurrentOfficer) -> AsyncIterator[UnitOfWork]:
    async with node_of(request).reading(officer) as uow:
        yield uow


WriteUow = Annotated[UnitOfWork, Depends(_write, scope="function")]
"""Commits when the endpoint returns, rolls back when it raises."""
ReadUow = Annotated[UnitOfWork, Depends(_read, scope="function")]
"""Never commits."""
