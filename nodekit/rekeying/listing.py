"""Every office's keys in plain words: which is in use and since when, what is being changed, what is revoked, and what a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from nodekit.delivery.core.link import channel_name
from nodekit.joining.membership import recall
from nodekit.opening import open_node
from nodekit.peers.keyfiles import read_later
from nodekit.rekeying.files import fingerprint_of

if TYPE_CHECKING:
    from nodekit.delivery.core.key_paper import Generation
    from nodekit.delivery.core.succession import KeyBook
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec
    from nodekit.unit_of_work import UnitOfWork

HOW = {"first": "首次登记", "rotate": "换钥", "renew": "由上级重新发钥,未经旧密钥签名"}
BEYOND = r"""
    SELECT count(*), min(seq), max(seq) FROM nodekit.in_link l
    WHERE l.src = :office AND l.kid = :kid AND l.seq > :last AND (
        SELECT s.sig NOT LIKE '%:%' FROM nodekit.in_link s WHERE s.src = l.src AND s.seq >= l.seq AND s.sig IS NOT NULL ORDER BY s.seq LIMIT 1
    )
"""
"""Numbers taken under a key beyond its cut-off: what a later key signed again is the office's own word and not among them."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One office. `tone` is red when a person must act."""

    office: str
    generation: int
    fingerprint: str
    since: str
    state: str
    tone: str
    note: str


async def list_keys(uow: UnitOfWork) -> list[KeyRow]:
    """This office first, then the others by id."""
    book, own = uow.node.keyring.book, uow.office
    offices = [own, *sorted(office for office in book.offices() if office != own)]
    return [await _row(uow, book, office) for office in offices if book.generations(office)]


async def _row(uow: UnitOfWork, book: KeyBook, office: str) -> KeyRow:
    generations = book.generations(office)
    newest = generations[-1]
    state, tone, notes = _state(book, office, newest)
    if office == uow.office:
        state, tone, notes = _own(uow, newest, (state, tone, notes))
    for revocation in book.revocations(office):
        beyond = (await uow.session.execute(
            text(BEYOND), {"office": office, "kid": revocation.kid, "last": revocation.last.get(channel_name(office, uow.office), 0)},
        )).one()
        if beyond[0]:
            tone = "red"
            notes.append(f"已收的第 {beyond[1]} 至 {beyond[2]} 号在撤销截止号之后,共 {beyond[0]} 件,请逐件电话核对;属实的请其上级更正截止号")
    return KeyRow(office, newest.n, fingerprint_of(newest.signing), newest.since, state, tone, ";".join(notes))


def _state(book: KeyBook, office: str, newest: Generation) -> tuple[str, str, list[str]]:
    notes = [] if newest.kind == "first" else [f"第 {newest.n} 代,{HOW[newest.kind]}"]
    revocation = book.revocation(office, newest.kid)
    if revocation:
        return "已撤销", "red", [*notes, f"{revocation.at[:10]} 由 {revocation.by} 撤销,新事项一律不收,待其重新申请密钥"]
    former = [gen.n for gen in book.generations(office)[:-1] if book.revocation(office, gen.kid)]
    if former:
        notes.append(f"第 {'、'.join(map(str, former))} 代已撤销")
    return "有效", "amber" if newest.kind == "renew" else "green", notes


def _own(uow: UnitOfWork, newest: Generation, said: tuple[str, str, list[str]]) -> tuple[str, str, list[str]]:
    """What only concerns one's own keys: made but not signed for, granted but not held, known better elsewhere."""
    state, tone, notes = said
    keyring = uow.node.keyring
    granted = {gen.kid for gen in keyring.book.generations(uow.office)}
    if newest.kid != keyring.kid:
        return "本机缺新密钥", "red", [*notes, "上级已签发新密钥,但本机没有:非本单位申请的,立即电话询问上级;从旧备份恢复的,取回密钥文件夹或重新申请"]
    elsewhere = max(uow.node.delivery.generations_elsewhere().values(), default=0) if uow.node.delivery else 0
    if elsewhere > newest.n:
        return "密钥过旧", "red", [*notes, f"往来单位登记的是本单位第 {elsewhere} 代密钥,本机为第 {newest.n} 代:从旧备份恢复的,取回密钥文件夹,或按遗失重新申请"]
    if any(kid not in granted for kid in read_later(uow.node.settings.keys_dir)):
        return state, "amber" if tone == "green" else tone, [*notes, "新密钥已生成,待上级签发"]
    return state, tone, notes


async def key_table(spec: NodeSpec, settings: Settings) -> str:
    """The same as lines of text."""
    node = open_node(spec, settings, bus_off=True)
    try:
        async with node.unit_of_work() as uow:
            await recall(uow)
            rows = await list_keys(uow)
            return "\n".join(
                f"{row.office} {node.directory.short_name(row.office)} 第{row.generation}代 {row.fingerprint[:16]} {row.state}" + (f":{row.note}" if row.note else "")
                for row in rows
            )
    finally:
        await node.engine.dispose()
