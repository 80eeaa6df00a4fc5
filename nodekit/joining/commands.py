"""`node invite`, `node admit` at the parent; `node join`, `node join-finish` at the new office. Fingerprints come from the telephone, never from a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from nodekit.command_line import ServiceName, SettingsFile, load_spec, or_sentence
from nodekit.settings import Settings

joining = typer.Typer()
BusFolder = Annotated[Path, typer.Option("--bus-folder", help="this office's own folder of the message server", exists=True, file_okay=False)]
Into = Annotated[Path, typer.Option("--into", help="folder of the new office")]


@joining.command()
def invite(
    service: ServiceName, settings: SettingsFile, bus_folder: BusFolder,
    entry: Annotated[Path, typer.Option(help="TOML file with one [[office]] as in offices.toml", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option("--out", help="file to write")],
) -> None:
    """Write an invitation for an office to be placed under this one."""

    def work() -> None:
        from nodekit.joining.papers import entry_of
        from nodekit.joining.parent import invite as ask

        invited = asyncio.run(ask(load_spec(service), Settings.load(settings), entry_of(entry.read_text(encoding="utf-8")), bus_folder))
        out.write_bytes(invited.data)
        typer.echo(f"邀请已写入 {out},请当面或经可靠渠道交给对方,并在电话中读出:\n  根密钥指纹 {invited.root_fingerprint}\n  本单位指纹 {invited.own_fingerprint}")

    or_sentence(work)


@joining.command()
def join(
    invitation: Annotated[Path, typer.Option(exists=True, dir_okay=False)], into: Into,
    database_url: Annotated[str, typer.Option(help="empty database of this office", envvar="LIANDONG_DATABASE_URL")],
    root_fingerprint: Annotated[str, typer.Option(help="as read out over the telephone, 16 digits or more")],
    parent_fingerprint: Annotated[str, typer.Option(help="as read out over the telephone, 16 digits or more")],
    http_port: Annotated[int, typer.Option()] = 8000, bus_port: Annotated[int, typer.Option(help="first of three free ports of this machine")] = 24000,
) -> None:
    """Make keys and settings of a new office from an invitation, and an answer for its parent."""

    def work() -> None:
        from nodekit.bus.generate import Endpoint
        from nodekit.joining.child import Place
        from nodekit.joining.child import join as take

        place = Place(into, database_url, http_port, Endpoint(bus_port, bus_port + 1, monitor_port=bus_port + 2))
        answered = take(invitation.read_bytes(), place, root_told=root_fingerprint, parent_told=parent_fingerprint)
        file = into / "answer.txt"
        file.write_bytes(answered.data)
        typer.echo(f"密钥已生成。请把 {file} 交给上级,并在电话中读出本单位指纹:\n  {answered.fingerprint}")

    or_sentence(work)


@joining.command()
def admit(
    service: ServiceName, settings: SettingsFile, bus_folder: BusFolder, answer: Annotated[Path, typer.Option(exists=True, dir_okay=False)],
    fingerprint: Annotated[str, typer.Option(help="of the new office, as read out over the telephone, 16 digits or more")],
    out: Annotated[Path, typer.Option("--out", help="file to write")],
) -> None:
    """Admit the office: bus account, certificate, countersigned keys, and the word to all others. Nobody restarts."""

    def work() -> None:
        from nodekit.joining.parent import admit as take

        admitted = asyncio.run(take(load_spec(service), Settings.load(settings), answer.read_bytes(), fingerprint, bus_folder))
        out.write_bytes(admitted.data)
        bus = "消息服务已接纳其连接" if admitted.reloaded else "消息服务未在运行,启动后生效"
        typer.echo(f"已接纳 {admitted.office};{bus}。请把 {out} 交给对方。")

    or_sentence(work)


@joining.command()
def join_finish(welcome: Annotated[Path, typer.Option(exists=True, dir_okay=False)], into: Into) -> None:
    """Take the parent's welcome; then start the message server and the node."""

    def work() -> None:
        from nodekit.joining.child import finish

        settings = Settings.load(into / "settings.toml")
        finish(welcome.read_bytes(), into, settings.office)
        typer.echo(f"加入手续已完成。依次启动:\n  nats-server -c {into / 'bus' / settings.office / 'nats.conf'}\n  node run --service … --settings {into / 'settings.toml'}")

    or_sentence(work)
