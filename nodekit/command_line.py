"""What all commands share: their two options, the service they name, refusals as sentences."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nodekit.errors import NodeError

if TYPE_CHECKING:
    from nodekit.spec import NodeSpec

SettingsFile = Annotated[Path, typer.Option("--settings", help="settings.toml of the node")]
ServiceName = Annotated[str, typer.Option("--service", help="package of the service, e.g. services.county")]


def load_spec(service: str) -> NodeSpec:
    """SPEC of a service package such as `services.county`."""
    spec: NodeSpec = importlib.import_module(f"{service}.app").SPEC
    return spec


def or_sentence(work: Callable[[], object]) -> None:
    """Run; a NodeError becomes its sentence and exit code 2 instead of a traceback."""
    try:
        work()
    except NodeError as error:
        typer.echo(f"{error.message}{error.hint}", err=True)
        raise typer.Exit(2) from None
