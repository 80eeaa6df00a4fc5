"""Files and functions stay small enough to be read at one sitting. Exceptions are listed with a date in docs/exceptions.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_LINES, TEST_LINES, FUNCTION_LINES, ARGUMENTS = 400, 500, 60, 7
SOURCES = [path for room in ("shared_schemas", "nodekit", "capabilities", "services", "contracts", "deploy", "tests") for path in sorted((ROOT / room).rglob("*.py"))]
EXCUSED = set(re.findall(r"`([\w/]+\.py)`", (ROOT / "docs" / "exceptions.md").read_text(encoding="utf-8")))


def breaches(name: str, text: str) -> list[str]:
    """What in one file is larger than agreed."""
    found = []
    lines, limit = text.count("\n") + 1, TEST_LINES if name.startswith("tests/") else FILE_LINES
    if lines > limit:
        found.append(f"{name}: {lines} lines, {limit} agreed")
    if "/migrations/" in name:
        return []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
        if length > FUNCTION_LINES:
            found.append(f"{name}:{node.lineno} {node.name} has {length} lines, {FUNCTION_LINES} agreed")
        if count > ARGUMENTS + (1 if node.args.args[:1] and node.args.args[0].arg in {"self", "cls"} else 0) and not name.startswith("tests/"):
            found.append(f"{name}:{node.lineno} {node.name} takes {count} arguments, {ARGUMENTS} agreed")
    return found


def test_files_functions_and_signatures_are_small() -> None:
    found = [line for path in SOURCES for line in breaches(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))]
    assert [line for line in found if line.partition(":")[0] not in EXCUSED] == []


@pytest.mark.parametrize(
    "text",
    ["\n" * 401, "def f():\n" + "    x = 1\n" * 61, "def f(a, b, c, d, e, g, h, i): ..."],
)
def test_the_limits_bite(text: str) -> None:
    assert breaches("nodekit/x.py", text)
