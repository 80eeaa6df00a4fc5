"""What a person sees: progress while things start and the story plays, then the table of addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from deploy.demo.roster import PASSWORD

if TYPE_CHECKING:
    from deploy.demo.compare import Report
    from deploy.demo.plan import Plan

WIDTH_MIN = 132
"""Without a terminal (CI, a log file) tables are printed this wide instead of being folded."""


class Phase:
    """One bar of progress."""

    def __init__(self, screen: Screen, progress: Progress | None, title: str) -> None:
        self._screen, self._progress, self._title = screen, progress, title
        self._task = progress.add_task(title, total=None) if progress else None

    def total(self, count: int) -> None:
        if self._progress and self._task is not None:
            self._progress.update(self._task, total=count)

    def done(self, what: str) -> None:
        """One unit of work finished; `what` names it."""
        if self._progress and self._task is not None:
            self._progress.update(self._task, advance=1, description=f"{self._title} · {what}")
        else:
            self._screen.say(f"{self._title} · {what}")

    def now(self, what: str) -> None:
        """What is being worked on."""
        if self._progress and self._task is not None:
            self._progress.update(self._task, description=f"{self._title} · {what}")


class Screen:
    """The terminal, or plain lines where there is none."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = max(self.console.width, WIDTH_MIN)

    def say(self, sentence: str, mark: str = "·") -> None:
        self.console.print(Text(f"  {mark} {sentence}"))

    def problem(self, sentence: str) -> None:
        self.console.print()
        self.console.print(Text(f"  ✗ {sentence}", style="bold red"))
        self.console.print()

    @contextmanager
    def phase(self, title: str) -> Iterator[Phase]:
        """Progress of one phase; leaves one line behind."""
        if not self.console.is_terminal:
            yield Phase(self, None, title)
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            yield Phase(self, progress, title)

    def addresses(self, plan: Plan, logins: Mapping[str, str], legend: Iterable[tuple[str, str]], first_looks: Mapping[str, str]) -> None:
        """The table a newcomer starts from, and who is behind the login names.

        Args:
            plan: addresses.
            logins: login name to begin with, by office.
            legend: (kind of office, its login names and who they are).
            first_looks: what to look at, by office.
        """
        table = Table(title="联动演示 · 各单位节点", title_style="bold", header_style="bold", expand=False)
        for heading in ("单位", "地址", "登录名", "先看什么"):
            table.add_column(heading, overflow="fold", no_wrap=heading == "地址")
        for member in plan.members:
            table.add_row(member.office.name, member.url, logins[member.id], first_looks.get(member.id, "工作台"))
        self.console.print()
        self.console.print(table)
        for kind, accounts in legend:
            self.console.print(Text(f"  {kind}:{accounts}"))
        self.console.print(Text(f"  所有演示账户的口令:{PASSWORD}(仅用于演示)", style="bold"))
        self.console.print(Text(f"  数据与日志:{plan.home}    按 Ctrl-C 停止;再次 make demo 接着使用,make demo-reset 清空。\n"))

    def report(self, report: Report) -> None:
        """What demo-check found."""
        table = Table(title="演示核对 · 逐库比对", title_style="bold", header_style="bold")
        for heading in ("核对内容", "数量", "不符", "结论"):
            table.add_column(heading, justify="right" if heading in {"数量", "不符"} else "left")
        for line in report.lines:
            verdict = Text("相符", style="green") if not line.problems else Text("不符", style="bold red")
            table.add_row(line.title, str(line.count), str(len(line.problems)), verdict)
        self.console.print(table)
        for line in report.lines:
            for problem in line.problems[:20]:
                self.console.print(Text(f"  ✗ {line.title}:{problem}", style="red"))
