"""The scenario runner: steps are taken once, a cut-off step repeats with the same keys, a node that is away is waited for."""

from __future__ import annotations

import httpx
import pytest

from deploy.demo.federation import clock_for
from deploy.demo.plan import Plan
from deploy.demo.problems import StepFailed
from deploy.demo.roster import Roster
from deploy.demo.scenario.client import Client, Keys, NeverHappened, Refusal, wait_for
from deploy.demo.scenario.story import Federation, stages
from deploy.demo.screen import Screen
from deploy.demo.state import StateFolder


@pytest.fixture
def story(plan: Plan):
    state = StateFolder(plan.home)
    state.open()
    yield lambda: Federation(plan, state, Screen(), clock_for(state))
    state.close()


async def test_a_finished_step_is_not_taken_again(story):
    taken = []

    async def publish(fed: Federation) -> None:
        taken.append("publish")
        fed.remember("list", "v1")

    await story().step("发布清单", publish)
    again = story()
    await again.step("发布清单", publish)
    assert taken == ["publish"]
    assert again.recall("list") == "v1"


async def test_a_failed_step_is_named_and_comes_again(story):
    attempts = []

    async def sign(_fed: Federation) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise NeverHappened("60 秒内未等到来件")

    with pytest.raises(StepFailed, match="签收清单"):
        await story().step("签收清单", sign)
    await story().step("签收清单", sign)
    assert len(attempts) == 2


def test_keys_repeat_with_the_step_and_differ_within_it():
    def keys() -> list[str]:
        made = Keys("10_shared_list/publish")
        return [made.of("office", {"a": 1}), made.of("office", {"a": 1}), made.of("office", {"a": 2})]

    assert keys() == keys()
    assert len(set(keys())) == 3
    assert Keys("other/step").of("office", {"a": 1}) not in keys()


async def test_a_node_killed_before_it_answered_gets_the_same_key_again():
    seen: list[tuple[str, str]] = []

    def node(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/session":
            return httpx.Response(200, json={"csrf": "token"})
        seen.append((request.headers["Idempotency-Key"], request.headers["X-CSRF-Token"]))
        if len(seen) == 1:
            raise httpx.RemoteProtocolError("killed")
        if len(seen) == 2:
            return httpx.Response(503)
        return httpx.Response(201, json={"id": "1"})

    keys = Keys("step")
    client = Client("990100-inspection", "http://node", "zhuren", "x", lambda: keys, httpx.MockTransport(node))
    assert await client.create("/shared-list/issued", title="清单") == {"id": "1"}
    assert len(seen) == 3
    assert len(set(seen)) == 1


async def test_a_refusal_carries_the_nodes_own_sentence():
    def node(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/session":
            return httpx.Response(200, json={"csrf": "token"})
        return httpx.Response(409, json={"code": "clue_transfer.not_approved", "message": "尚未批准。", "hint": "请先审批。", "facts": {}})

    client = Client("990100-inspection", "http://node", "zhuren", "x", lambda: Keys("step"), httpx.MockTransport(node))
    with pytest.raises(Refusal) as refusal:
        await client.act("/clue-transfer/issued", "1", "send")
    assert (refusal.value.status, refusal.value.code) == (409, "clue_transfer.not_approved")
    assert "尚未批准" in str(refusal.value)


async def test_waiting_ends_with_what_was_waited_for():
    async def never() -> bool:
        return False

    with pytest.raises(NeverHappened, match="未等到样例县来件"):
        await wait_for(never, "样例县来件", within_s=0.01)


def test_every_stage_has_a_title_and_a_play():
    assert stages()
    for stage in stages():
        assert stage.title
        assert callable(stage.module.play)


def test_every_post_of_every_office_is_held_in_the_demo():
    from nodekit.bus.topology import Topology
    from nodekit.identity.posts import posts_of_kind, resolve_posts
    from shared_schemas.offices import OfficeKind

    roster = Roster.load()
    for office in Topology.load("deploy/offices.toml"):
        kind = OfficeKind.of(office.id)
        accounts = roster.accounts(office)
        held = {post for account in accounts for post in account.posts}
        assert held == {post.code for post in posts_of_kind(kind)}, office.id
        for account in accounts:
            resolve_posts(account.posts, kind)
