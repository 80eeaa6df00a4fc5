"""Each service builds and answers from just its own folders: nodekit, shared_schemas, its own service and the capabilities it composes."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/app.py"))
PROBE = """
import importlib, sys
from nodekit.app import build_app
from nodekit.cli import load_spec
app = build_app(load_spec("services.{service}"))
assert app.openapi()["paths"], "no routes"
assert app.state.templates.get_template("shell.html")
for part in app.state.spec.slices:
    importlib.import_module(part.package)
print(len(app.openapi()["paths"]), "paths,", len(app.state.spec.slices), "slices")
"""


def capabilities_of(service: str) -> set[str]:
    """Capabilities named in the service's own code."""
    found = set()
    for file in (ROOT / "services" / service).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "capabilities":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("capabilities."):
                found.add(node.module.split(".")[1])
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_needs_only_its_own_folders(service: str, tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "vendor")
    for room in ("nodekit", "shared_schemas", f"services/{service}"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=ignore)
    (tmp_path / "services" / "__init__.py").touch()
    (tmp_path / "capabilities").mkdir()
    (tmp_path / "capabilities" / "__init__.py").touch()
    needed = capabilities_of(service)
    if needed & {"common_issue", "lifted_inspection"}:
        needed.add("inspection")  # the ground floor, which these two may read
    for capability in needed:
        shutil.copytree(ROOT / "capabilities" / capability, tmp_path / "capabilities" / capability, ignore=ignore)
    done = subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + PROBE.format(service=service)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
