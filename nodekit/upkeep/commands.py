"""Commands for operators. Each refuses with a sentence that names the next step; exit code 2 is a refusal, 1 a finding."""

from __future__ import annotations

import asyncio
import getpass
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from nodekit.command_line import ServiceName, SettingsFile, load_spec, or_sentence
from nodekit.settings import Settings
from nodekit.upkeep.report import Report

upkeep = typer.Typer()
PROBLEMS_SHOWN = 5
PassphraseFile = Annotated[Path | None, typer.Option("--passphrase-file", help="default: asked for, or read from standard input", exists=True, dir_okay=False)]


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


@upkeep.command()
def backup(
    service: ServiceName, settings: SettingsFile, target: Annotated[Path, typer.Option("--out", help="file to write")], passphrase_file: PassphraseFile = None,
    keep: Annotated[int, typer.Option(min=0, help="afterwards keep the newest N backups of this folder and destroy older ones; 0: keep all")] = 0,
) -> None:
    """Write database, keys and settings into one encrypted file; the node may go on serving."""

    def work() -> None:
        from nodekit.upkeep.backup import back_up
        from nodekit.upkeep.keeping import keep_newest

        done = asyncio.run(back_up(load_spec(service), Settings.load(settings), settings, target, passphrase(passphrase_file)))
        size = sum(member.size for member in done.members)
        typer.echo(f"已备份到 {done.file}(登记号 {done.mark},{len(done.members)} 个文件,{size} 字节),并已回读核验。口令与备份请分开保管。")
        if keep:
            kept = asyncio.run(keep_newest(load_spec(service), Settings.load(settings), target.parent, keep))
            for mark in kept.destroyed:
                typer.echo(f"备份 {mark.id}({Path(mark.file).name})已销毁并注销登记。")
            for mark in kept.elsewhere:
                typer.echo(f"备份 {mark.id}({mark.file or '未记录文件名'})不在此文件夹,登记保留;确已销毁的请执行 node forget-backup --mark {mark.id}。")

    or_sentence(work)


@upkeep.command()
def backups(service: ServiceName, settings: SettingsFile) -> None:
    """List the backups that may still be restored, as noted in the database."""

    def work() -> None:
        from nodekit.upkeep.keeping import marks_of

        for mark in asyncio.run(marks_of(load_spec(service), Settings.load(settings))):
            typer.echo(f"{mark.id}  {mark.taken_at.isoformat(timespec='seconds')}  {mark.file or '未记录文件名'}{'' if mark.completed_at else '  未完成'}")

    or_sentence(work)


@upkeep.command()
def prune(
    service: ServiceName, settings: SettingsFile,
    days: Annotated[int, typer.Option(min=0, help="throw away bodies decided longer ago than this; default: the setting prune_after_days")] = 0,
    really: Annotated[bool, typer.Option("--really", help="do it; without this only what would go is printed")] = False,
) -> None:
    """Throw away old event bodies that every backup of the other office holds. Numbers, hashes, receipts and business records stay."""

    def work() -> None:
        from nodekit.upkeep.prune import prune_node

        done = asyncio.run(prune_node(load_spec(service), Settings.load(settings), days=days, really=really))
        for peer, pruned in done.by_peer.items():
            typer.echo(f"  {peer}:发件正文 {pruned.sent} 件 {pruned.sent_bytes} 字节,收件正文 {pruned.held} 件 {pruned.held_bytes} 字节")
        total = done.total
        typer.echo(f"{'已清理' if really else '可清理'} {total.sent + total.held} 件,共 {total.sent_bytes + total.held_bytes} 字节(办结超过 {done.days} 天)。"
                   + ("" if really else "以上只是列出,未作改动;确认后加 --really 执行。"))

    or_sentence(work)


@upkeep.command()
def forget_backup(service: ServiceName, settings: SettingsFile, mark: Annotated[int, typer.Option(help="number the backup was noted under")]) -> None:
    """Note that a backup was destroyed and will never be restored."""

    def work() -> None:
        from nodekit.upkeep.backup import destroy_mark

        asyncio.run(destroy_mark(load_spec(service), Settings.load(settings), mark))
        typer.echo(f"备份 {mark} 已登记为销毁。")

    or_sentence(work)


@upkeep.command()
def restore(
    service: ServiceName, file: Annotated[Path, typer.Option("--from", help="backup file", exists=True, dir_okay=False)],
    folder: Annotated[Path, typer.Option("--into", help="empty folder for settings and keys")],
    database_url: Annotated[str, typer.Option(help="empty database of this office", envvar="LIANDONG_DATABASE_URL")],
    passphrase_file: PassphraseFile = None,
    change: Annotated[list[str] | None, typer.Option("--set", help="setting that differs on this machine, e.g. http_port=8001; may be repeated")] = None,
    serve: Annotated[bool, typer.Option("--run", help="start serving at once if everything is sound")] = False,
) -> None:
    """Put an office back to work from a backup: files, database, migrations, verification. Then it may run."""

    def work() -> None:
        from nodekit.cli import run_node
        from nodekit.upkeep.restore import Target
        from nodekit.upkeep.restore import restore as put_back

        target = Target(folder, database_url, dict(_setting(pair) for pair in change or ()))
        done = asyncio.run(put_back(load_spec(service), file, passphrase(passphrase_file), target))
        typer.echo(f"已恢复到备份时刻 {done.about['taken_at']}。\n{table(done.report)}")
        if not done.report.is_clean:
            raise typer.Exit(1)
        typer.echo("此后产生的更新的备份一律作废;各往来单位将自动补发其后的事项。")
        if serve:
            run_node(service, done.settings_file)
        else:
            typer.echo(f"启动:node run --service {service} --settings {done.settings_file}")

    or_sentence(work)


@upkeep.command()
def pack(
    service: ServiceName, settings: SettingsFile, peer: Annotated[str, typer.Option("--to", help="addressee")],
    folder: Annotated[Path, typer.Option("--out", help="folder to write the parcel to", exists=True, file_okay=False)],
    media: Annotated[str, typer.Option(help="number of the medium")], carrier: Annotated[str, typer.Option(help="who carries it")],
    again_from: Annotated[int, typer.Option("--from", help="pack again from this number")] = 0,
) -> None:
    """Write what an office without a link lacks into one signed, sealed file. The node must be stopped; a running one does it on its page."""

    def work() -> None:
        from nodekit.parcels.offline import pack as make
        from nodekit.parcels.packing import Carrying

        packed = asyncio.run(make(load_spec(service), Settings.load(settings), peer, Carrying(media, carrier), again_from=again_from))
        (folder / packed.name).write_bytes(packed.data)
        typer.echo(f"{folder / packed.name}:事项 {packed.events} 件,回执 {packed.receipts} 份。{'尚有未装入的事项,请再导出一次。' if packed.left else ''}")

    or_sentence(work)


@upkeep.command()
def unpack(
    service: ServiceName, settings: SettingsFile, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    media: Annotated[str, typer.Option(help="number of the medium")] = "",
) -> None:
    """Take a parcel of another office. The node must be stopped; a running one does it on its page."""

    def work() -> None:
        from nodekit.parcels.offline import unpack as take
        from nodekit.parcels.sentences import taken_sentence

        taken = asyncio.run(take(load_spec(service), Settings.load(settings), file.read_bytes(), media))
        typer.echo(taken_sentence(taken, taken.peer))
        if taken.stopped:
            raise typer.Exit(1)

    or_sentence(work)


def passphrase(file: Path | None) -> str:
    """From a file (its first line) or from standard input; never from an argument, which other users of the machine could read."""
    if file is not None:
        return file.read_text(encoding="utf-8").partition("\n")[0]
    if sys.stdin.isatty():
        return getpass.getpass("口令:")
    return sys.stdin.readline().rstrip("\n")


def _setting(pair: str) -> tuple[str, object]:
    name, _, value = pair.partition("=")
    return name, int(value) if value.isdecimal() else value


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
