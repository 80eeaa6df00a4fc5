"""The parent's half: `node invite` and `node admit`. The node may serve meanwhile; nothing of it restarts."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from nodekit.bus.generate import DESCRIPTION_FILE, add_child
from nodekit.bus.pki import LinkAuthority
from nodekit.bus.server import reload_running
from nodekit.delivery.envelope import instant_text
from nodekit.joining.membership import list_introductions, recall, record, tree_with
from nodekit.joining.papers import INVITATION, WELCOME, PaperRefused, read_answer, same_fingerprint, write_signed
from nodekit.joining.tables import invitation
from nodekit.opening import open_node
from nodekit.peers.directory import office_of
from nodekit.peers.introduction import introduce
from nodekit.peers.keyfiles import fingerprint, read_root
from nodekit.peers.papers import list_papers
from shared_schemas.joining.v1 import OfficeIntroduced

if TYPE_CHECKING:
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec


@dataclass(frozen=True)
class Invited:
    """The file, and what the parent's administrator reads out."""

    data: bytes
    root_fingerprint: str
    own_fingerprint: str


@dataclass(frozen=True)
class Admitted:
    """The file for the child; whether the bus has taken the new account over."""

    data: bytes
    office: str
    reloaded: bool


async def invite(spec: NodeSpec, settings: Settings, entry: dict[str, str], bus_folder: Path) -> Invited:
    """Invite one office to this one's side of the tree.

    Raises:
        NotIntroduced: the entry has no place in the tree. PaperRefused: it is known already.
    """
    node = open_node(spec, settings, bus_off=True)
    try:
        async with node.unit_of_work() as uow:
            await recall(uow)
            known = await list_introductions(uow.session, node)
            if entry["id"] in node.directory or entry["parent"] != settings.office:
                raise PaperRefused(f"{entry['id']} 已在名录中,或不以本单位为上级", "请核对单位代码和上级。")
            tree_with(node.directory.all(), entry)
            office_of(entry)
            nonce, root = secrets.token_hex(16), read_root(settings.keys_dir)
            await uow.session.execute(insert(invitation).values(nonce=nonce, office=entry["id"], entry=entry, given_at=uow.now))
            await uow.audit("joining.invited", subject=entry["id"])
            fields = {
                "entry": entry, "by": settings.office, "nonce": nonce, "root": base64.b64encode(root.public_bytes_raw()).decode(),
                "offices": [record(office) | {"short_name": office.short_name} for office in node.directory.all()],
                "directory": settings.directory_file.read_text(encoding="utf-8"), "introductions": [item.as_json() for item in known],
                "papers": [paper.as_json() for paper in await list_papers(uow.session)],
                "leaf_url": _description(bus_folder)["leaf_url"],
            }
            return Invited(write_signed(INVITATION, fields, node.keyring), fingerprint(root), node.keyring.known[settings.office].fingerprint)
    finally:
        await node.engine.dispose()


async def admit(spec: NodeSpec, settings: Settings, data: bytes, told: str, bus_folder: Path) -> Admitted:
    """Admit an office whose fingerprint a person has compared: bus account, certificate, countersignature, and the word to everybody.

    Args:
        told: what the child's administrator read out over the telephone.
        bus_folder: this office's own folder of `nodekit.bus.generate`; the CA is in `pki/` beside it.

    Raises:
        PaperRefused: altered, not invited, used before, or another key than the one read out.
    """
    answer = read_answer(data)
    if not same_fingerprint(answer.keys.signing, told):
        raise PaperRefused("密钥指纹与电话核对的不一致", "切勿继续;请重新通话核对,仍不一致的按冒名处理。")
    node = open_node(spec, settings, bus_off=True)
    try:
        async with node.unit_of_work() as uow:
            await recall(uow)
            known = await list_introductions(uow.session, node)
            open_one = (invitation.c.nonce == answer.nonce, invitation.c.office == answer.office, invitation.c.used_at.is_(None))
            entry = await uow.session.scalar(select(invitation.c.entry).where(*open_one).with_for_update())
            if entry is None:
                raise PaperRefused("没有对应的邀请,或该邀请已用过", "请重新邀请。")
            new = introduce(entry, answer.keys, by=settings.office, at=instant_text(uow.now), keyring=node.keyring)
            topology = tree_with(node.directory.all(), entry)
            certificate, authority = _certified(bus_folder, answer.office, answer.request)
            add_child(topology, bus_folder, answer.office, answer.leaf)
            await uow.session.execute(update(invitation).where(invitation.c.nonce == answer.nonce).values(used_at=uow.now))
            await uow.audit("joining.admitted", subject=answer.office, fingerprint=answer.keys.fingerprint)
            said = OfficeIntroduced(office=new.id, document=new.document.decode(), kid=new.kid, sig=new.sig)
            await uow.publish(said, to=settings.office)  # the serving node hears it like everybody else, and passes it on
            fields = {
                "by": settings.office, "introductions": [item.as_json() for item in (*known, new)],
                "papers": [paper.as_json() for paper in await list_papers(uow.session)], "certificate": certificate.decode(), "authority": authority.decode(),
            }
            welcome = write_signed(WELCOME, fields, node.keyring)
        return Admitted(welcome, answer.office, await reload_running(bus_folder))
    finally:
        await node.engine.dispose()


def _description(bus_folder: Path) -> dict[str, Any]:
    description: dict[str, Any] = json.loads((bus_folder / DESCRIPTION_FILE).read_text("utf-8"))
    return description


def _certified(bus_folder: Path, office: str, request: bytes) -> tuple[bytes, bytes]:
    if not (bus_folder.parent / "pki" / "ca.key").exists():
        raise PaperRefused("本机没有链路证书的签发密钥", "请由签发机构为对方签发证书,或把 pki 文件夹放到消息服务文件夹旁。")
    try:
        return LinkAuthority(bus_folder.parent / "pki").sign(office, [office, "localhost", "127.0.0.1"], request)
    except ValueError as error:
        raise PaperRefused("证书申请无效") from error
