"""Set-up says in one sentence what is missing, and does nothing twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.setup import bootstrap


def test_an_unsupported_python_is_named(monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 1))
    with pytest.raises(bootstrap.SetupProblem, match=r"需要 Python 3\.11"):
        bootstrap.check_python()


def test_a_python_without_pip_and_ensurepip_says_what_to_install(monkeypatch):
    monkeypatch.setattr(bootstrap, "works", lambda *_command: False)
    with pytest.raises(bootstrap.SetupProblem, match="apt-get install python3-venv"):
        bootstrap._pip()


def test_a_step_runs_again_only_when_what_it_is_made_from_changed(tmp_path):
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("a==1")
    stamp.write_text(bootstrap.fingerprint(lock))
    assert bootstrap.is_stamped(stamp, bootstrap.fingerprint(lock))
    lock.write_text("a==2")
    assert not bootstrap.is_stamped(stamp, bootstrap.fingerprint(lock))


def test_bootstrap_needs_nothing_but_the_standard_library():
    folder = Path(bootstrap.__file__).parent
    for tool in sorted(folder.glob("*.py")):
        check = f"import runpy; runpy.run_path({str(tool)!r}, run_name='tool')"
        subprocess.run([sys.executable, "-I", "-S", "-c", check], check=True, capture_output=True, timeout=30)
