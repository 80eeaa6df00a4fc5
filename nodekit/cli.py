"""The commands of one node: run, migrate, create-account, makemigration, openapi, and what nodekit.upkeep offers to operators."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from nodekit.clock import utc_now
from nodekit.command_line import ServiceName, SettingsFile, load_spec, or_sentence
from nodekit.joining.commands import joining
from nodekit.rekeying.commands import rekeying
from nodekit.settings import Settings
from nodekit.upkeep.commands import upkeep

GARBAGE_THRESHOLD = 10_000
"""New objects before the collector looks at the young ones; Python's 700 is less than one transaction makes."""

cli = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
cli.add_typer(upkeep)
cli.add_typer(joining)
cli.add_typer(rekeying)


def run_node(service: str, settings_file: Path, clock: Callable[[], datetime] = utc_now) -> None:
    """Serve one office until a signal ends the process. Blocks. No command passes another `clock`; see deploy/demo/clock.py."""
    from nodekit.app import build_app
    from nodekit.db.reaching import reach
    from nodekit.opening import open_node
    from nodekit.telemetry import configure_logging, configure_tracing

    settings = Settings.load(settings_file)
    configure_logging(settings.office)
    spec = load_spec(service)
    store = configure_tracing(settings.office)
    node = open_node(spec, settings, clock=clock)
    node.state["spans"] = store
    config = uvicorn.Config(
        build_app(spec, node), host=settings.http_host, port=settings.http_port, log_level="warning", access_log=False, server_header=False,
        timeout_graceful_shutdown=5,
    )

    async def serve() -> None:
        await reach(node.engine, patience_s=settings.database_patience_s)
        await node.prepare()
        _settle_memory()
        await uvicorn.Server(config).serve()

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())


def _settle_memory() -> None:
    """What has been loaded stays for the life of the process: the collector need not walk it again and again, a tenth of a second each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 20, 20)


@cli.command()
def run(service: ServiceName, settings: SettingsFile) -> None:
    """Serve the office named in the settings."""
    or_sentence(lambda: run_node(service, settings))


@cli.command()
def migrate(service: ServiceName, settings: SettingsFile) -> None:
    """Bring the node's database to this release."""

    async def work() -> None:
        from nodekit.opening import open_node

        node = open_node(load_spec(service), Settings.load(settings), bus_off=True)
        await node.prepare()
        await node.engine.dispose()

    or_sentence(lambda: asyncio.run(work()))


@cli.command()
def create_account(
    service: ServiceName, settings: SettingsFile, username: Annotated[str, typer.Option()], name: Annotated[str, typer.Option()],
    posts: Annotated[str, typer.Option(help="comma separated post codes, or preset:<name>")],
) -> None:
    """Create an officer's account; the password is read from standard input."""

    async def work() -> None:
        from nodekit.identity.accounts import create_account as create
        from nodekit.opening import open_node

        node = open_node(load_spec(service), Settings.load(settings), bus_off=True)
        async with node.unit_of_work() as uow:
            await create(uow, username=username, name=name, password=sys.stdin.readline().rstrip("\n"), posts=posts.split(","))
        await node.engine.dispose()

    or_sentence(lambda: asyncio.run(work()))


@cli.command()
def openapi(service: ServiceName) -> None:
    """Print the service's OpenAPI document."""
    from nodekit.app import build_app

    typer.echo(json.dumps(build_app(load_spec(service)).openapi(), ensure_ascii=False, indent=1))


@cli.command()
def makemigration(
    package: Annotated[str, typer.Argument(help="e.g. capabilities.clue_transfer.issuer")],
    message: Annotated[str, typer.Option("-m", "--message")],
    dsn: Annotated[str, typer.Option(help="an empty scratch database; default: an embedded one")] = "",
) -> None:
    """Draft the next revision of one slice from its models. Read it before you commit it."""
    from nodekit.db.drafting import draft

    typer.echo(str(draft(package, message, dsn)))

