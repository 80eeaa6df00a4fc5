"""One city alone and one county alone, composing only shared lists; a superior's messages handed straight to a county's handlers."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from capabilities import shared_list
from nodekit.spec import NodeSpec
from shared_schemas.event import Event, Message
from shared_schemas.offices import OfficeKind, Tier
from shared_schemas.shared_list.v1 import ListItem, ListPublished

CITY, COUNTY, STRANGER = "990100-inspection", "990121-inspection", "990122-inspection"
CITY_SPEC = NodeSpec("lists_city", OfficeKind.INSPECTION, (Tier.CITY,), (shared_list.issuer(), shared_list.receiver()))
COUNTY_SPEC = NodeSpec("lists_county", OfficeKind.INSPECTION, (Tier.COUNTY,), (shared_list.receiver(),))
AS_IS_SPEC = NodeSpec("lists_county", OfficeKind.INSPECTION, (Tier.COUNTY,), (shared_list.receiver(may_adapt=False),))
LIST = UUID(int=77)


@pytest.fixture
async def city(start_federation):
    async with start_federation({CITY: CITY_SPEC}) as fed:
        yield fed[CITY]


@pytest.fixture
async def county(start_federation):
    async with start_federation({COUNTY: COUNTY_SPEC}) as fed:
        yield fed[COUNTY]


@pytest.fixture
async def county_as_is(start_federation):
    async with start_federation({COUNTY: AS_IS_SPEC}) as fed:
        yield fed[COUNTY]


def items(count: int, *, locked: bool = False, words: str = "内容") -> list[ListItem]:
    return [
        ListItem(
            key=UUID(int=1000 + n),
            number=f"问题-{n:02d}",
            kind="problem_list",
            kind_title="问题清单",
            section="节",
            content=f"{words}{n}",
            locked=locked,
        )
        for n in range(1, count + 1)
    ]


def published(number: int = 1, *, page: int = 1, pages: int = 1, some: list[ListItem] | None = None, first: int = 0) -> ListPublished:
    some = items(3) if some is None else some
    return ListPublished(
        list_id=LIST,
        number=number,
        title="测试清单",
        kind="problem_list",
        kind_title="问题清单",
        published_on=date(2026, 3, 2),
        sign_due_on=date(2099, 1, 1),
        item_total=len(some) * pages,
        first_position=first,
        page=page,
        pages=pages,
        items=some,
    )


async def hear(node, event: Event, origin: str = CITY, *, message_id: UUID | None = None) -> None:
    """Let a node handle an event as if it had arrived from `origin`.

    Raises:
        Refused: as the sender would be told.
    """
    handlers = [handler for part in node.node.spec.slices if part.handlers for handler in part.handlers.all if handler.event is type(event)]
    assert handlers, f"nobody handles {event.TYPE}"
    for handler in handlers:
        async with node.node.unit_of_work() as uow:
            await handler.function(uow, Message(id=message_id or uuid4(), origin=origin, data=event, at=datetime.now(UTC)))


async def outgoing(node, event_type: str) -> int:
    """How many events of a type this node has said."""
    return await node.scalar("SELECT count(*) FROM nodekit.outbox WHERE type = :type", type=event_type)
