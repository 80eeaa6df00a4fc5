"""A machine with Python alone: what set-up fetches itself must also run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deploy.setup import bootstrap


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No node, no npm on PATH, nothing fetched yet but uv."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").symlink_to(bootstrap.find_uv())
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path)
    return tmp_path


def test_npm_comes_from_the_pinned_wheel_where_the_machine_has_none(bare_machine: Path) -> None:
    npm, environment = bootstrap.find_npm()
    assert npm[0].is_relative_to(bare_machine)
    done = subprocess.run([*map(str, npm), "--version"], env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_it_is_fetched_once(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.find_npm()
    monkeypatch.setattr(bootstrap, "run", lambda *command, **_: pytest.fail(f"ran {command}"))
    assert bootstrap.find_npm()[0][0].exists()
