"""Three real offices as the demo runs them: a killed node comes back, and a planted difference between databases is found."""

from __future__ import annotations

import asyncpg
import pytest
import pytest_asyncio

from deploy.demo.check import compare_all
from deploy.demo.federation import DemoFederation
from deploy.demo.postgres import outside_folder
from deploy.demo.scenario.story import Federation
from deploy.demo.screen import Screen
from deploy.demo.state import StateFolder
from tests.demo.conftest import OFFICES, free_plan

pytestmark = [pytest.mark.federation, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]
PROVINCE, CITY = "990000-inspection", "990100-inspection"
ISSUED, RECEIVED = "/shared-list/issued", "/shared-list/received"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def federation(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("federation")
    (folder / "offices.toml").write_text(OFFICES, encoding="utf-8")
    plan = free_plan(folder)
    state = StateFolder(plan.home)
    state.open()
    running = DemoFederation(plan, state, Screen())
    try:
        running.prepare()
        await running.start()
        yield running
    finally:
        await running.stop()
        state.delete(outside_folder(state.home))  # pytest's folders are closed to PostgreSQL's own user
        state.close()


async def publish_list(fed: Federation) -> None:
    clerk, head = fed.officer(PROVINCE, "office_clerk"), fed.officer(PROVINCE, "office_director")
    made = await clerk.create(ISSUED, title="联动清单", kind="policy_list", round_label="八届三轮")
    await clerk.act(ISSUED, made["id"], "add_item", kind="policy_list", number="政策-01", content="乡村振兴政策落实", basis="")
    await head.act(ISSUED, made["id"], "approve")
    await head.act(ISSUED, made["id"], "publish", offices=[CITY])


async def receive_list(fed: Federation) -> None:
    clerk = fed.officer(CITY, "office_clerk")
    await clerk.wait_for_record(RECEIVED, lambda row: "联动清单" in row["title"], "清单")


async def test_a_small_federation_heals_and_its_books_are_compared(federation: DemoFederation):
    plan, screen = federation.plan, Screen()
    story = Federation(plan, federation.state, screen, federation.clock)
    await story.step("发布清单", publish_list)

    watch = federation.supervisor.watches[f"node {CITY}"]
    killed = watch.pid
    assert federation.supervisor.kill(f"node {CITY}")
    await story.step("收到清单", receive_list)
    assert watch.pid not in {killed, None}

    sound = await compare_all(plan, federation.postgres, screen)
    assert sound.is_clean, [line for line in sound.lines if line.problems]
    assert not sound.is_empty

    connection = await federation.postgres.connect(plan.member(CITY).database)
    await connection.execute("DELETE FROM nodekit.inbox WHERE src = $1", PROVINCE)
    await connection.close()
    planted = await compare_all(plan, federation.postgres, screen)
    assert not planted.is_clean
    assert "收件单位有 0 份" in planted.lines[0].problems[0]


async def test_a_node_may_not_open_another_nodes_database(federation: DemoFederation):
    own, other = federation.plan.members[:2]
    url = federation.postgres.url(own)
    connection = await asyncpg.connect(url)
    await connection.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(url, database=other.database)
    assert own.settings_file.stat().st_mode & 0o077 == 0
