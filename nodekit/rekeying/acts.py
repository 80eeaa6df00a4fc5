"""What people do about keys: an office asks for a new one, its parent signs or revokes, papers are handed to the serving node.

The node may serve meanwhile: a paper reaches it as an event of its own, like everybody else, and nothing restarts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import text

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.key_paper import (
    BY,
    NEW,
    OLD,
    RENEW,
    ROOT,
    ROTATE,
    Grant,
    KeyPaper,
    Revocation,
    Signer,
    grant_document,
    read_document,
    revocation_document,
)
from nodekit.delivery.core.link import CHANNEL, channel_name
from nodekit.delivery.envelope import instant_text
from nodekit.joining.membership import recall
from nodekit.opening import open_node
from nodekit.peers.keyfiles import make_later, read_later
from nodekit.peers.papers import list_papers
from nodekit.rekeying.errors import KeyPaperRefused, RekeyingRefused
from nodekit.rekeying.files import KeyFile, fingerprint_of, requested, write_key_file
from shared_schemas.rekeying.v1 import KeyPaperIssued

if TYPE_CHECKING:
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec
    from nodekit.unit_of_work import UnitOfWork

OWN_ENDS = """
    SELECT dst AS peer, head_seq AS number, TRUE AS ours FROM nodekit.out_channel
    UNION ALL SELECT src, cursor, FALSE FROM nodekit.in_channel
"""


@dataclass(frozen=True)
class Asked:
    """The file for the parent, and what this office's administrator reads out."""

    data: bytes
    fingerprint: str


@asynccontextmanager
async def _at_work(spec: NodeSpec, settings: Settings) -> AsyncIterator[UnitOfWork]:
    node = open_node(spec, settings, bus_off=True)
    try:
        async with node.unit_of_work() as uow:
            await recall(uow)
            yield uow
    finally:
        await node.engine.dispose()


async def ask(spec: NodeSpec, settings: Settings, *, lost: bool = False) -> Asked:
    """Make a new pair of keys and ask the parent to sign for it. Asking again, before it is signed, asks for the same pair.

    Args:
        lost: the present key is lost or revoked and cannot sign for its successor.
    """
    async with _at_work(spec, settings) as uow:
        keyring, folder = uow.node.keyring, settings.keys_dir
        granted = {gen.kid for gen in keyring.book.generations(settings.office)}
        kid = next((kid for kid in read_later(folder) if kid not in granted), None) or make_later(folder)
        pair = read_later(folder)[kid]
        keyring.hold({kid: pair.signing})
        signing, sealing = pair.signing.public_key().public_bytes_raw(), pair.sealing.public_key().public_bytes_raw()
        n = 1 + max([gen.n for gen in keyring.book.generations(settings.office)] + await _told_generations(uow))
        kind, prev = (RENEW, "") if lost else (ROTATE, keyring.kid)
        by = uow.node.office.parent or ROOT
        paper = KeyPaper(grant_document(Grant(kind, settings.office, n, signing, sealing, by, instant_text(uow.now), prev)), ())
        paper = paper.signed(NEW, lambda data: keyring.sign_with(kid, data))
        if not lost:
            paper = paper.signed(OLD, keyring.sign)
        await uow.audit("rekeying.requested", subject=settings.office, kid=kid, generation=n)
        return Asked(write_key_file(keyring.book.papers(settings.office), paper), fingerprint_of(signing))


async def countersign(spec: NodeSpec, settings: Settings, file: KeyFile, told: str) -> bytes:
    """The parent signs for a child whose new key's fingerprint a person has compared, and tells everybody. Returns the file for the child.

    Raises:
        RekeyingRefused: not a child, not the key read out, or a grant without the old key's word while that key is not revoked.
        KeyPaperRefused: the request does not follow from what is known.
    """
    grant, request = requested(file, told)
    async with _at_work(spec, settings) as uow:
        _check_child(uow, grant.office)
        uow.node.keyring.learn(file.papers)
        newest = uow.node.keyring.book.newest(grant.office)
        if newest is None:
            raise RekeyingRefused(f"名录中没有 {grant.office}", "请先办理加入手续。")
        if grant.kind == RENEW and grant.kid != newest.kid and not uow.node.keyring.book.revocation(grant.office, newest.kid):
            raise RekeyingRefused("该单位现用密钥未撤销,不能在没有旧密钥签名的情况下发新钥", "确系遗失或失窃的,先办理 node revoke-key。")
        if grant.n < newest.n:
            raise RekeyingRefused(f"申请的是第 {grant.n} 代密钥,本单位已登记至第 {newest.n} 代", "请把 node keys --out 导出的文书交对方导入后重新申请。")
        signed = request.signed(BY, uow.node.keyring.sign)
        await _issue(uow, [*file.papers, signed])
        return write_key_file([*uow.node.keyring.book.proof(settings.office), *uow.node.keyring.book.papers(grant.office)])


async def revoke(spec: NodeSpec, settings: Settings, office: str, last: Mapping[str, int], told_kid: str = "") -> bytes:
    """The parent revokes a child's key: beyond `last` (number by channel) nothing under it is valid any more. Returns the paper as a file.

    Repeating it with other numbers corrects them. Channels with this office that are not named end where this database stands.

    Raises:
        RekeyingRefused: not a child, no such key, or a channel that is not the child's.
    """
    async with _at_work(spec, settings) as uow:
        _check_child(uow, office)
        book = uow.node.keyring.book
        generations = book.generations(office)
        gen = next((gen for gen in reversed(generations) if not told_kid or gen.kid == told_kid), None)
        if gen is None:
            raise RekeyingRefused(f"{office} 没有密钥 {told_kid}", "请用 node keys 查看其密钥编号。")
        known = book.revocation(office, gen.kid)
        last = {**(await _with(uow, office)), **(dict(known.last) if known else {}), **_checked(office, last)}
        revocation = Revocation(office, gen.kid, known.serial + 1 if known else 1, last, settings.office, instant_text(uow.now))
        paper = KeyPaper(revocation_document(revocation), ()).signed(BY, uow.node.keyring.sign)
        await _issue(uow, [paper])
        return write_key_file([*book.proof(settings.office), paper])


async def sign_again(spec: NodeSpec, settings: Settings, office: str) -> bytes:
    """The parent signs a child's papers anew with its present key, after its own former key was revoked."""
    async with _at_work(spec, settings) as uow:
        _check_child(uow, office)
        book = uow.node.keyring.book
        papers = [paper.signed(BY, uow.node.keyring.sign) for paper in book.papers(office)]
        await _issue(uow, papers)
        return write_key_file([*book.proof(settings.office), *papers])


async def submit(spec: NodeSpec, settings: Settings, file: KeyFile) -> int:
    """Hand papers to the serving node, which takes them up and passes them on. Returns how many hold.

    Raises:
        RekeyingRefused: none does.
    """
    async with _at_work(spec, settings) as uow:
        held = uow.node.keyring.learn(file.papers)
        if not held:
            raise RekeyingRefused("文件中没有可用的密钥文书", "请核对是否由本单位上级(省级为根密钥)签发。")
        for paper in held:
            await _tell(uow, paper)
        return len(held)


async def papers_of(spec: NodeSpec, settings: Settings) -> bytes:
    """All papers this office knows, as a file for somebody who has lost them."""
    async with _at_work(spec, settings) as uow:
        return write_key_file(await list_papers(uow.session))


async def ends(spec: NodeSpec, settings: Settings) -> dict[str, int]:
    """Where this office's own word stands in each channel: what its parent enters as last good numbers if nothing was forged."""
    async with _at_work(spec, settings) as uow:
        rows = (await uow.session.execute(text(OWN_ENDS))).all()
        return {channel_name(uow.office, row.peer) if row.ours else channel_name(row.peer, uow.office): row.number for row in rows}


def countersign_as_root(root: Signer, file: KeyFile, told: str) -> bytes:
    """The province's request, signed with the root key on the machine that holds it.

    Raises:
        RekeyingRefused: not the key read out, or not the province's.
    """
    grant, request = requested(file, told)
    if grant.by != ROOT:
        raise RekeyingRefused("该申请应由其上级签发,不由根密钥签发", "请交其直接上级办理 node countersign-key。")
    return write_key_file([*file.papers, request.signed(BY, root)])


def revoke_as_root(root: Signer, office: str, kid: str, last: Mapping[str, int], *, at: str, serial: int) -> bytes:
    """The province's key is revoked with the root key."""
    revocation = Revocation(office, kid, serial, _checked(office, last), ROOT, at)
    return write_key_file([KeyPaper(revocation_document(revocation), ()).signed(BY, root)])


async def _issue(uow: UnitOfWork, papers: list[KeyPaper]) -> None:
    for paper in papers:
        try:
            uow.node.keyring.book.take(paper)
        except Reject as reject:
            raise KeyPaperRefused(reject.code) from None
        read = read_document(paper.document)
        await uow.audit("rekeying.signed", subject=read.office, paper=paper.dh)
        await _tell(uow, paper)


async def _tell(uow: UnitOfWork, paper: KeyPaper) -> None:
    """To this office itself: its serving node takes it up and passes it on."""
    said = KeyPaperIssued(office=read_document(paper.document).office, document=paper.document.decode(), sigs=[list(item) for item in paper.sigs])
    await uow.publish(said, to=uow.office)


def _check_child(uow: UnitOfWork, office: str) -> None:
    if office not in uow.node.directory or uow.node.directory.office(office).parent != uow.office:
        raise RekeyingRefused(f"{office} 不是本单位的直接下级", "密钥文书只能由其直接上级签发,省级由根密钥签发。")


def _checked(office: str, last: Mapping[str, int]) -> dict[str, int]:
    for channel, number in last.items():
        if not CHANNEL.fullmatch(channel) or office not in channel.split(">") or number < 0:
            raise RekeyingRefused(f"截止号 {channel}={number} 不是该单位的通道", "写法:--last 发件单位>收件单位=号。")
    return dict(last)


async def _with(uow: UnitOfWork, office: str) -> dict[str, int]:
    """Last numbers of the two channels between this office and that one, as this database holds them."""
    rows: Any = (await uow.session.execute(
        text("SELECT (SELECT cursor FROM nodekit.in_channel WHERE src = :o), (SELECT max(seq) FROM nodekit.outbox WHERE dst = :o AND final IS NOT NULL)"),
        {"o": office},
    )).one()
    return {channel_name(office, uow.office): rows[0] or 0, channel_name(uow.office, office): rows[1] or 0}


async def _told_generations(uow: UnitOfWork) -> list[int]:
    """Generations of this office's keys that peers say they have on record: after a restore they may know more than this folder."""
    rows = await uow.session.scalars(text("SELECT state_bytes FROM nodekit.peer_state"))
    return [int(orjson.loads(data.split(b"\n", 2)[1])["b"].get("key", 0)) for data in rows]
