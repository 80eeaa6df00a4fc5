"""The audit log: written with the act, insert-only, and every tampering found."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.audit import AuditReport
from nodekit.audit.chain import entry_hash
from nodekit.audit.models import AuditEntry, AuditHead
from tests.node.identity.conftest import House

ENTRIES = 40
COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "officer_id": "gen_random_uuid()",
    "officer_name": "officer_name || '.'",
    "action": "action || 'x'",
    "subject": "subject || ' '",
    "reason": "reason || '-'",
    "facts": "facts || '{\"n\": -1}'",
    "prev": "repeat('0', 63) || '1'",
    "hash": "repeat('a', 64)",
}
Tamper = Callable[[AsyncSession, random.Random, int], Awaitable[None]]


async def fill(house: House, count: int = ENTRIES) -> int:
    """Acts of several transactions; returns the length of the log."""
    for n in range(count // 2):
        async with house.node.unit_of_work() as uow:
            await uow.audit("sample.made", subject=f"第{n}号", n=n, weird="a\x00b\ud800", when=uow.now)
            await uow.audit("sample.sent", subject=f"第{n}号", reason="示例")
    return int(await house.scalar("SELECT count(*) FROM nodekit.audit_log"))


async def change(database: AsyncSession, rng: random.Random, last: int) -> None:
    column = rng.choice(sorted(COLUMNS))
    await database.execute(sa.text(f"UPDATE nodekit.audit_log SET {column} = {COLUMNS[column]} WHERE seq = :seq"), {"seq": rng.randint(1, last)})


async def delete(database: AsyncSession, rng: random.Random, last: int) -> None:
    await database.execute(sa.text("DELETE FROM nodekit.audit_log WHERE seq = :seq"), {"seq": rng.randint(1, last)})


async def close_the_gap(database: AsyncSession, rng: random.Random, last: int) -> None:
    gone = rng.randint(1, last - 1)
    await database.execute(sa.text("DELETE FROM nodekit.audit_log WHERE seq = :seq"), {"seq": gone})
    await database.execute(sa.text("UPDATE nodekit.audit_log SET seq = -(seq - 1) WHERE seq > :seq"), {"seq": gone})
    await database.execute(sa.text("UPDATE nodekit.audit_log SET seq = -seq WHERE seq < 0"))


async def swap(database: AsyncSession, rng: random.Random, last: int) -> None:
    one, two = rng.sample(range(1, last + 1), 2)
    for before, after in ((one, -1), (two, one), (-1, two)):
        await database.execute(sa.text("UPDATE nodekit.audit_log SET seq = :after WHERE seq = :before"), {"before": before, "after": after})


async def append(database: AsyncSession, rng: random.Random, last: int) -> None:
    await database.execute(
        sa.text(
            "INSERT INTO nodekit.audit_log SELECT seq + 1, at, officer_id, officer_name, action, subject, reason, facts, hash, :hash"
            " FROM nodekit.audit_log WHERE seq = :last"
        ),
        {"last": last, "hash": f"{rng.getrandbits(256):064x}"},
    )


async def cut_the_tail(database: AsyncSession, rng: random.Random, last: int) -> None:
    await database.execute(sa.text("DELETE FROM nodekit.audit_log WHERE seq > :seq"), {"seq": rng.randint(0, last - 1)})


async def rebuild(database: AsyncSession, rng: random.Random, last: int) -> None:
    """Change one entry and chain everything after it anew, as somebody would who knows this file."""
    await rechain(database, rng.randint(1, last))


TAMPERS: tuple[Tamper, ...] = (change, change, change, delete, close_the_gap, swap, append, cut_the_tail, rebuild)


async def rechain(database: AsyncSession, first: int, *, with_head: bool = False) -> None:
    rows = (await database.scalars(sa.select(AuditEntry).where(AuditEntry.seq >= first).order_by(AuditEntry.seq))).all()
    rows[0].subject = "改"
    prev = rows[0].prev
    for row in rows:
        row.prev = prev
        fields = {column.key: getattr(row, column.key) for column in AuditEntry.__table__.columns if column.key != "hash"}
        prev = row.hash = entry_hash(fields)
    await database.flush()
    if with_head:
        await database.execute(sa.update(AuditHead).values(hash=prev))


async def tampered(house: House, tamper: Callable[[AsyncSession], Awaitable[Any]], anchor: tuple[int, str] | None = None) -> AuditReport:
    """What the verifier says after a database superuser has been at the log; undone afterwards."""
    async with house.node.sessions() as database:
        await database.execute(sa.text("ALTER TABLE nodekit.audit_log DISABLE TRIGGER audit_log_insert_only"))
        await tamper(database)
        await database.flush()
        database.expire_all()
        report = await house.node.audit.verify(database, anchor)
        await database.rollback()
        return report


async def test_two_hundred_random_tampers_are_all_found(house: House) -> None:
    last = await fill(house)
    async with house.node.sessions() as database:
        assert (await house.node.audit.verify(database)).ok
    for seed in range(200):
        rng = random.Random(seed)
        tamper = TAMPERS[seed % len(TAMPERS)]
        report = await tampered(house, lambda database, tamper=tamper, rng=rng: tamper(database, rng, last))
        assert not report.ok, f"{tamper.__name__}, seed {seed}"
        assert report.why
    async with house.node.sessions() as database:
        assert (await house.node.audit.verify(database)).entries == last


async def test_a_chain_rebuilt_together_with_its_head_is_found_from_an_anchor(house: House) -> None:
    last = await fill(house, 10)
    async with house.node.sessions() as database:
        anchor = await house.node.audit.head(database)
    unseen = await tampered(house, lambda database: rechain(database, 3, with_head=True))
    assert unseen.ok, "nothing inside the database can show this"
    assert not (await tampered(house, lambda database: rechain(database, 3, with_head=True), anchor)).ok

    async def forget_the_end(database: AsyncSession) -> None:
        await database.execute(sa.text("DELETE FROM nodekit.audit_log WHERE seq = :last"), {"last": last})
        await database.execute(
            sa.text("UPDATE nodekit.audit_head SET seq = seq - 1, hash = (SELECT hash FROM nodekit.audit_log WHERE seq = :seq)"), {"seq": last - 1}
        )

    assert not (await tampered(house, forget_the_end, anchor)).ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE nodekit.audit_log SET reason = ''",
        "DELETE FROM nodekit.audit_log",
        "TRUNCATE nodekit.audit_log",
    ],
)
async def test_the_log_is_insert_only(house: House, statement: str) -> None:
    await fill(house, 2)
    with pytest.raises(DBAPIError, match="insert-only"):
        async with house.node.engine.begin() as connection:
            await connection.execute(sa.text(statement))


async def test_no_act_without_entry_and_no_entry_without_act(house: House) -> None:
    before = await house.actions()
    with pytest.raises(RuntimeError):
        async with house.node.unit_of_work() as uow:
            await uow.audit("sample.made")
            raise RuntimeError
    assert await house.actions() == before


async def test_many_transactions_at_once_make_one_chain(house: House) -> None:
    async def act(n: int) -> None:
        async with house.node.unit_of_work() as uow:
            await uow.audit("sample.made", n=n)
            await uow.audit("sample.sent", n=n)

    await asyncio.gather(*(act(n) for n in range(40)))
    async with house.node.sessions() as database:
        report = await house.node.audit.verify(database)
    assert report.ok
    assert (await house.actions()).count("sample.sent") == 40


async def test_the_page_shows_filters_and_verifies(house: House) -> None:
    await house.account("audit", "audit_officer")
    await fill(house, 4)
    browser = house.browser()
    await browser.sign_in("audit")
    page = (await browser.http.get("/audit", params={"action": "sample.sent", "subject": "第1号"})).text
    assert page.count(">sample.sent</td>") == 1
    assert "第0号" not in page
    assert "没有符合条件" in (await browser.http.get("/audit", params={"day": "2019-01-01"})).text
    assert (await browser.http.get("/audit", params={"day": "not a day", "page": 1})).status_code == 200
    assert "登录" in (await browser.http.get("/audit", params={"action": "signed_in"})).text
    verified = await browser.submit("/audit/verify")
    assert "链条完整" in verified.text
    assert (await house.actions())[-1] == "audit.verified"


async def test_only_the_audit_officer_reads_it_and_a_try_is_noted(house: House) -> None:
    await house.account("admin", "sys_admin")
    browser = house.browser()
    await browser.sign_in("admin")
    assert (await browser.http.get("/audit")).status_code == 403
    assert (await house.actions())[-1] == "identity.denied"
