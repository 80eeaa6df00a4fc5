"""Commands for operators. Each refuses with a sentence that names the next step; exit code 2 is a refusal, 1 a finding."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from nodekit.command_line import ServiceName, SettingsFile, load_spec, or_sentence
from nodekit.settings import Settings
from nodekit.upkeep.report import Report

upkeep = typer.Typer()
PROBLEMS_SHOWN = 5


@upkeep.command()
def check(
    service: ServiceName, settings: SettingsFile,
    as_json: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
) -> None:
    """Verify the node's database by itself: chains, signatures, receipts, audit log, business rules. Changes nothing; the node may be stopped."""

    def work() -> None:
        from nodekit.upkeep.check import check_node

        report = asyncio.run(check_node(load_spec(service), Settings.load(settings)))
        typer.echo(json.dumps(report.document(), ensure_ascii=False, indent=1) if as_json else table(report))
        if not report.is_clean:
            raise typer.Exit(1)

    or_sentence(work)


def table(report: Report) -> str:
    """The report as lines of text."""
    rows = [f"核验 {report.office}:共 {report.facts['events']} 件已编号事项,用时 {report.facts['seconds']} 秒"]
    for line in report.lines:
        rows.append(f"  {'✗' if line.wrong else '✓'} {line.title}:{line.count} 项" + (f",{line.wrong} 项不符" if line.wrong else ""))
        rows += [f"      {problem}" for problem in line.problems[:PROBLEMS_SHOWN]]
        if line.wrong > PROBLEMS_SHOWN:
            rows.append(f"      ……另有 {line.wrong - PROBLEMS_SHOWN} 项,详见 --json")
    rows.append("结论:一致。" if report.is_clean else "结论:存在不符,请勿继续运行本节点,先按 docs/howto/backup.md 处理。")
    return "\n".join(rows)
