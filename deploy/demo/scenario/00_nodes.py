"""Before the story: every node answers, and an officer of every office can sign in."""  # noqa: N999 - stages are numbered

from __future__ import annotations

from deploy.demo.scenario.story import Federation

TITLE = "核对各单位节点"


async def play(fed: Federation) -> None:
    """Sign in everywhere."""
    await fed.step("各单位人员登录", sign_in_everywhere, ago=84)


async def sign_in_everywhere(fed: Federation) -> None:
    """The first account of every office opens its workbench."""
    for member in fed.plan.members:
        client = fed.first_officer(member.id)
        await client.page("/workbench")
