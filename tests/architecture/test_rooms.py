"""The house is in order: what may import what, checked on every module. Each rule proves that it bites on planted code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("shared_schemas", "nodekit", "capabilities", "services")
PUBLIC_REGISTER = "capabilities.inspection.register"
"""The ground floor's read interface: the one thing of another capability that may be called."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports_of(tree: ast.Module, package: str) -> Iterator[str]:
    """Absolute names of everything a module imports, `from x import y` as x and x.y."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def side_breaches(path: str, tree: ast.Module) -> list[str]:
    """A side meets its other side only on the wire, and other capabilities not at all."""
    parts = path.removesuffix(".py").split("/")
    if parts[0] != "capabilities" or len(parts) < 3:
        return []
    capability = parts[1]
    side = parts[2] if (ROOT / "capabilities" / capability / parts[2]).is_dir() else ""
    found = []
    for name in imports_of(tree, ".".join(parts[:-1])):
        target = name.split(".")
        if target[0] != "capabilities" or len(target) < 3 or name.startswith(PUBLIC_REGISTER):
            continue
        if target[1] != capability:
            found.append(f"{path}: {name} is another capability")
        elif side and target[2] != side and _is_side(capability, target[2]):
            found.append(f"{path}: {name} is another side")
    return found


def _is_side(capability: str, name: str) -> bool:
    folder = ROOT / "capabilities" / capability / name
    return (folder / "models.py").exists() or (folder / "commands.py").exists() or (folder / "handlers.py").exists()


def bus_breaches(path: str, tree: ast.Module) -> list[str]:
    """FastStream and nats-py live in nodekit/bus only."""
    if path.startswith("nodekit/bus/"):
        return []
    return [f"{path}: {name}" for name in imports_of(tree, "") if name.split(".")[0] in {"nats", "faststream", "nkeys"}]


def commit_breaches(path: str, tree: ast.Module) -> list[str]:
    """One transaction per request or message, committed at the edge: nobody outside nodekit commits."""
    if not path.startswith(("capabilities/", "services/")):
        return []
    return [
        f"{path}:{node.lineno} commits"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"commit", "rollback"}
    ]


def clock_breaches(path: str, tree: ast.Module) -> list[str]:
    """Business code asks its unit of work what time it is."""
    if not path.startswith(("capabilities/", "services/", "shared_schemas/")):
        return []
    return [
        f"{path}:{node.lineno} reads the clock"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}
    ]


def day_breaches(path: str, tree: ast.Module) -> list[str]:
    """The day of an instant is the day in Shanghai (`local_date`): `.date()` is yesterday there until eight in the morning."""
    return [
        f"{path}:{node.lineno} takes the UTC day of an instant"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date" and not node.args
        and ast.unparse(node.func.value).endswith(("_at", ".now", ".at"))
    ]


def domain_breaches(path: str, tree: ast.Module) -> list[str]:
    """domain.py is pure: standard library and shared_schemas."""
    parts = path.removesuffix(".py").split("/")
    if parts[0] != "capabilities" or len(parts) < 3 or parts[2] != "domain":
        return []
    banned = {"nodekit", "sqlalchemy", "fastapi", "asyncio", "httpx"}
    return [f"{path}: {name}" for name in imports_of(tree, ".".join(parts[:-1])) if name.split(".")[0] in banned]


RULES = {
    "sides": side_breaches, "bus": bus_breaches, "one-transaction": commit_breaches, "clock": clock_breaches, "local-day": day_breaches, "pure-domain": domain_breaches,
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_rule_holds_everywhere(rule) -> None:
    assert [line for path, tree in modules() for line in rule(path, tree)] == []


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        ("sides", "capabilities/clue_transfer/issuer/commands.py", "from capabilities.clue_transfer.receiver import models"),
        ("sides", "capabilities/shared_list/issuer/queries.py", "from capabilities.clue_transfer import domain"),
        ("bus", "capabilities/clue_transfer/issuer/commands.py", "import nats"),
        ("one-transaction", "capabilities/clue_transfer/issuer/commands.py", "async def f(uow):\n    await uow.session.commit()"),
        ("clock", "capabilities/clue_transfer/issuer/commands.py", "from datetime import datetime\nx = datetime.now()"),
        ("local-day", "capabilities/lifted_inspection/organiser/letters.py", "dated_on = row.created_at.date()"),
        ("pure-domain", "capabilities/clue_transfer/domain.py", "from nodekit.errors import NodeError"),
    ],
)
def test_the_rule_bites(rule: str, path: str, code: str) -> None:
    assert RULES[rule](path, ast.parse(code))
