"""`node keys`, `node rotate-keys`, `node take-keys` at an office; `node countersign-key`, `node revoke-key` at its parent or with the root key.

Fingerprints come from the telephone, never from a file; a revocation needs two people.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nodekit.command_line import ServiceName, SettingsFile, load_spec, or_sentence
from nodekit.settings import Settings

if TYPE_CHECKING:
    from nodekit.delivery.core.key_paper import Signer

rekeying = typer.Typer()
Out = Annotated[Path, typer.Option("--out", help="file to write")]
FileIn = Annotated[Path, typer.Option("--file", help="file of the other side", exists=True, dir_okay=False)]
Told = Annotated[str, typer.Option("--fingerprint", help="of the new key, as read out over the telephone, 16 digits or more")]
RootKey = Annotated[Path, typer.Option("--root-key", help="root.key, on the machine that holds it", exists=True, dir_okay=False)]
Last = Annotated[list[str] | None, typer.Option("--last", help="last good number of a channel, e.g. 990121-inspection>990100-inspection=57; may be repeated")]


@rekeying.command()
def keys(
    service: ServiceName, settings: SettingsFile,
    out: Annotated[Path | None, typer.Option("--out", help="write all papers known here to this file, for somebody who has lost them")] = None,
    ends: Annotated[bool, typer.Option("--ends", help="print where this office's own word stands in each channel, for a revocation")] = False,
) -> None:
    """List every office's keys: which is in use, since when, what is revoked and up to where."""

    def work() -> None:
        from nodekit.rekeying import acts
        from nodekit.rekeying.listing import key_table

        node, spec = Settings.load(settings), load_spec(service)
        if ends:
            typer.echo("\n".join(f"--last '{channel}={number}'" for channel, number in sorted(asyncio.run(acts.ends(spec, node)).items())))
            return
        typer.echo(asyncio.run(key_table(spec, node)))
        if out is not None:
            out.write_bytes(asyncio.run(acts.papers_of(spec, node)))

    or_sentence(work)


@rekeying.command()
def rotate_keys(
    service: ServiceName, settings: SettingsFile, out: Out,
    lost: Annotated[bool, typer.Option("--lost", help="the present key is lost or revoked and cannot sign for its successor")] = False,
) -> None:
    """Make new keys and a request for the parent to sign. Nothing changes before it has signed; asking again asks for the same keys."""

    def work() -> None:
        from nodekit.rekeying.acts import ask

        asked = asyncio.run(ask(load_spec(service), Settings.load(settings), lost=lost))
        out.write_bytes(asked.data)
        typer.echo(f"新密钥已生成,尚未启用。请把 {out} 交给上级(省级交根密钥保管人),并在电话中读出新密钥指纹:\n  {asked.fingerprint}")

    or_sentence(work)


@rekeying.command()
def countersign_key(service: ServiceName, settings: SettingsFile, file: FileIn, fingerprint: Told, out: Out) -> None:
    """The parent signs a child's request; its serving node tells everybody."""

    def work() -> None:
        from nodekit.rekeying.acts import countersign
        from nodekit.rekeying.files import read_key_file

        out.write_bytes(asyncio.run(countersign(load_spec(service), Settings.load(settings), read_key_file(file.read_bytes()), fingerprint)))
        typer.echo(f"已签发,由本单位节点通告各单位。对方节点在线时自动启用;离线或旧密钥已失效的,请把 {out} 交对方执行 node take-keys。")

    or_sentence(work)


@rekeying.command()
def sign_keys_again(service: ServiceName, settings: SettingsFile, office: Annotated[str, typer.Option()], out: Out) -> None:
    """After this office's own key was revoked and replaced: sign a child's papers anew with the present key."""

    def work() -> None:
        from nodekit.rekeying.acts import sign_again

        out.write_bytes(asyncio.run(sign_again(load_spec(service), Settings.load(settings), office)))
        typer.echo(f"已用现用密钥重新签发 {office} 的密钥文书。")

    or_sentence(work)


@rekeying.command()
def take_keys(service: ServiceName, settings: SettingsFile, file: FileIn) -> None:
    """Take papers out of a file; the serving node takes them up and passes them on."""

    def work() -> None:
        from nodekit.rekeying.acts import submit
        from nodekit.rekeying.files import read_key_file

        count = asyncio.run(submit(load_spec(service), Settings.load(settings), read_key_file(file.read_bytes())))
        typer.echo(f"已导入 {count} 份密钥文书,本节点运行中即启用,否则下次启动时启用。")

    or_sentence(work)


@rekeying.command()
def revoke_key(
    service: ServiceName, settings: SettingsFile, office: Annotated[str, typer.Option(help="whose key")], out: Out,
    people: Annotated[list[str], typer.Option("--by", help="login names of two people: one 系统管理员, one 安全保密员")],
    kid: Annotated[str, typer.Option(help="key id; default: the newest")] = "", last: Last = None,
) -> None:
    """Revoke a child's key: nothing under it is valid beyond a number per channel. Repeat with other numbers to correct them."""

    def work() -> None:
        from nodekit.rekeying.acts import revoke
        from nodekit.rekeying.two_people import confirm

        node, spec = Settings.load(settings), load_spec(service)
        asyncio.run(confirm(spec, node, people, office))
        out.write_bytes(asyncio.run(revoke(spec, node, office, _numbers(last), kid)))
        typer.echo(f"已撤销 {office} 的密钥,由本单位节点通告各单位;文书另存 {out}。请同时办理:消息服务停用该单位账号(docs/howto/keys.md),通知对方重新申请密钥。")

    or_sentence(work)


@rekeying.command()
def countersign_as_root(root_key: RootKey, file: FileIn, fingerprint: Told, out: Out) -> None:
    """The root key signs the province's request."""

    def work() -> None:
        from nodekit.rekeying.acts import countersign_as_root as sign
        from nodekit.rekeying.files import read_key_file

        out.write_bytes(sign(_root(root_key), read_key_file(file.read_bytes()), fingerprint))
        typer.echo(f"已由根密钥签发。请把 {out} 交省级单位执行 node take-keys。")

    or_sentence(work)


@rekeying.command()
def revoke_as_root(
    root_key: RootKey, out: Out, office: Annotated[str, typer.Option()], kid: Annotated[str, typer.Option(help="key id, see node keys")],
    serial: Annotated[int, typer.Option(help="1; higher to correct an earlier one", min=1)] = 1, last: Last = None,
) -> None:
    """The root key revokes the province's key."""

    def work() -> None:
        from nodekit.delivery.envelope import instant_text
        from nodekit.rekeying.acts import revoke_as_root as sign

        out.write_bytes(sign(_root(root_key), office, kid, _numbers(last), at=instant_text(datetime.now(UTC)), serial=serial))
        typer.echo(f"已由根密钥撤销。请把 {out} 交各下级单位执行 node take-keys。")

    or_sentence(work)


def _root(file: Path) -> Signer:
    from nodekit.peers.keyfiles import key_id, read_signing

    private = read_signing(file)
    return lambda data: (key_id(private.public_key()), private.sign(data))


def _numbers(pairs: list[str] | None) -> dict[str, int]:
    from nodekit.rekeying.errors import RekeyingRefused

    found = {}
    for pair in pairs or ():
        channel, _, number = pair.partition("=")
        if not number.isdecimal():
            raise RekeyingRefused(f"截止号 {json.dumps(pair, ensure_ascii=False)} 写法不对", "写法:--last 发件单位>收件单位=号。")
        found[channel] = int(number)
    return found
