"""The core has no clock, no randomness, no loop, no input or output: that is why the simulator runs what ships."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import nodekit.delivery.core as core
from nodekit.delivery import envelope

FORBIDDEN = {"asyncio", "time", "random", "uuid", "os", "secrets", "socket", "sqlalchemy", "asyncpg", "nats", "faststream", "structlog", "logging"}
FILES = sorted(Path(core.__file__).parent.glob("*.py"))


def impurities(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN]
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in FORBIDDEN:
            found.append(node.module)
        elif isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            found += [f"datetime.{node.attr}"] if ast.unparse(node.value).endswith(("datetime", "date")) else []
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_of_the_core_touches_the_world(path):
    assert impurities(path.read_text()) == []


def test_the_envelope_makes_no_ids_and_reads_no_clock():
    assert [name for name in impurities(Path(envelope.__file__).read_text()) if name != "uuid"] == []


@pytest.mark.parametrize("line", ["import time", "from random import random", "import os.path", "x = datetime.now()", "y = datetime.datetime.now(UTC)"])
def test_the_check_bites(line):
    assert impurities(line)
