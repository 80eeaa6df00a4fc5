"""What a newcomer can get wrong is one sentence with what to do, and nothing of his is touched."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

from deploy.demo.plan import HOST, Plan
from deploy.demo.ports import check_ports
from deploy.demo.problems import AlreadyRunning, BrokenState, DemoProblem, ForeignFolder, PortTaken
from deploy.demo.state import StateFolder


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "deploy.demo", *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_a_taken_port_is_named_with_a_way_out(plan: Plan):
    with socket.create_server((HOST, plan.members[1].nats_port)), pytest.raises(PortTaken) as refusal:
        check_ports(plan)
    assert str(plan.members[1].nats_port) in refusal.value.chinese
    assert "make demo PORT=" in refusal.value.chinese
    assert "make demo PORT=" in refusal.value.english


def test_a_taken_port_ends_the_command_before_anything_starts(tmp_path):
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]  # from the kernel's ephemeral range, which ends well below the highest base port
        done = command("up", "--port", str(port), "--state", str(tmp_path / "state"))
    assert done.returncode == 1
    assert f"端口 {port}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(ForeignFolder):
        StateFolder(tmp_path).open()
    done = command("reset", "--state", str(tmp_path))
    assert done.returncode == 1
    assert "STATE=" in done.stdout
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"format": 99})])
def test_a_damaged_or_foreign_marker_says_reset(tmp_path, content):
    (tmp_path / "federation.json").write_text(content)
    with pytest.raises(BrokenState, match="make demo-reset"):
        StateFolder(tmp_path).open()


def test_a_damaged_state_can_be_reset(tmp_path):
    home = tmp_path / "state"
    home.mkdir()
    (home / "federation.json").write_text("{")
    assert command("reset", "--state", str(home)).returncode == 0
    assert not home.exists()


def test_one_state_folder_serves_one_demo(tmp_path):
    first, second = StateFolder(tmp_path / "state"), StateFolder(tmp_path / "state")
    first.open()
    try:
        with pytest.raises(AlreadyRunning, match="make demo STATE="):
            second.open()
    finally:
        first.close()
    second.open()
    second.close()


def test_secrets_stay_the_same_and_private(tmp_path):
    state = StateFolder(tmp_path / "state")
    state.open()
    first = state.secret("database x")
    assert state.secret("database x") == first != state.secret("database y")
    assert (tmp_path / "state" / "secrets.json").stat().st_mode & 0o077 == 0
    state.close()


def test_every_problem_speaks_both_languages():
    problem = DemoProblem("中文", "English")
    assert str(problem) == "中文 / English"
