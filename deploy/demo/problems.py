"""What can go wrong before a node is even asked: one sentence in Chinese, one in English, each with what to do."""

from __future__ import annotations

from pathlib import Path

LOW, HIGH = 20000, 60000

class DemoProblem(Exception):
    """Ends the command with a sentence and exit code 1, never with a traceback."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")
        self.chinese, self.english = chinese, english


class PortTaken(DemoProblem):
    """Another program listens where one of ours should."""

    def __init__(self, port: int, purpose: str, base: int) -> None:
        other = base + 1000 if base < HIGH else LOW
        super().__init__(
            f"端口 {port}({purpose})已被占用,请关闭占用它的程序,或换一组端口:make demo PORT={other}",
            f"port {port} is in use: stop the program that has it, or choose other ports: make demo PORT={other}",
        )


class ForeignFolder(DemoProblem):
    """The state folder holds something that is not ours: never touch it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} 不是演示环境的数据文件夹(缺少 federation.json),未作任何改动;请另选一个:make demo STATE=state/other",
            f"{folder} is not a demo state folder (no federation.json) and was left alone: choose another with make demo STATE=state/other",
        )


class BrokenState(DemoProblem):
    """Our own folder, but unusable."""

    def __init__(self, folder: Path, what_chinese: str, what_english: str) -> None:
        super().__init__(
            f"演示数据 {folder} 无法使用:{what_chinese};请执行 make demo-reset 清空后重新 make demo",
            f"the demo state in {folder} cannot be used ({what_english}): run make demo-reset, then make demo",
        )


class AlreadyRunning(DemoProblem):
    """One state folder serves one federation at a time."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        who = f"进程 {pid}" if pid else "另一进程"
        super().__init__(
            f"{folder} 上的演示正在运行({who}),请先在其窗口按 Ctrl-C 停止,或另选:make demo STATE=state/second PORT=19000",
            f"a demo is already running on {folder} (process {pid or 'unknown'}): stop it with Ctrl-C, or use another STATE and PORT",
        )


class StartFailed(DemoProblem):
    """A part did not come up; the sentence carries the last line of its log."""

    def __init__(self, name: str, log: Path, last_line: str) -> None:
        super().__init__(
            f"{name} 未能启动:{last_line or '没有输出'}(日志 {log});修复后重试,数据损坏时执行 make demo-reset",
            f"{name} did not start, see {log}; try again after fixing it, or make demo-reset when its data is damaged",
        )


class StepFailed(DemoProblem):
    """A step of the scenario was refused or never saw what it waited for. The next start continues with it."""

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(f"演示步骤“{step}”未完成:{reason};再次执行 make demo 将从该步继续", "a scenario step failed; make demo continues from it")
