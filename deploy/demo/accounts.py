"""Creates the demo accounts in the nodes' databases, in a process of its own. Existing accounts are left as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from deploy.demo.roster import PASSWORD, Roster

if TYPE_CHECKING:
    from nodekit.bus.topology import Office
    from nodekit.node import Node


def create_accounts(jobs: Sequence[tuple[str, str, Office]], clock_file: str) -> None:
    """For every (service, settings file, office): the accounts of the roster."""
    asyncio.run(_create_all(jobs, clock_file))


async def _create_all(jobs: Sequence[tuple[str, str, Office]], clock_file: str) -> None:
    from deploy.demo.clock import clock_of
    from nodekit.cli import load_spec
    from nodekit.opening import open_node
    from nodekit.settings import Settings

    roster = Roster.load()
    for service, settings_file, office in jobs:
        node = open_node(load_spec(service), Settings.load(Path(settings_file)), bus_off=True, clock=clock_of(clock_file))
        try:
            await _create(node, roster, office)
        finally:
            await node.engine.dispose()


async def _create(node: Node, roster: Roster, office: Office) -> None:
    from nodekit.identity.accounts import create_account

    async with node.unit_of_work() as uow:
        known = set(await uow.session.scalars(text("SELECT username FROM nodekit.accounts")))
        for account in roster.accounts(office):
            if account.username not in known:
                await create_account(uow, username=account.username, name=account.name, password=PASSWORD, posts=list(account.posts), must_change=False)
