"""What an open dashboard is told: an act two levels below becomes a word on the province's stream, with the number already there to be read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

from capabilities.indicators.collector.routes import stream
from nodekit.testing import TestNode, eventually
from tests.federation.indicators.offices import CITY, COUNTY, PROVINCE, another_finding, one_finding, only

PATIENCE_S = 20
FINDINGS_OF_COUNTY = """
    SELECT value FROM indicators_collector.node_cells
    WHERE node = :node AND indicator = 'findings_total' AND period_kind = 'term_to_date' AND dimensions = '{}'
"""


@asynccontextmanager
async def listening(node: TestNode) -> AsyncIterator[asyncio.Queue[str]]:
    """What the browser's EventSource gets. The first word always comes and says where things stand."""
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def listen() -> None:
        async for event in stream(SimpleNamespace(app=node.app), None):
            if event.event == "changed":
                await heard.put(str(event.data))

    task = asyncio.create_task(listen())
    try:
        await asyncio.wait_for(heard.get(), PATIENCE_S)
        yield heard
    finally:
        task.cancel()


async def test_a_countys_confirmed_finding_is_a_word_on_the_provinces_stream(start_federation) -> None:
    async with start_federation(only(PROVINCE, CITY, COUNTY)) as fed:
        desk, team, target = await one_finding(fed, COUNTY)

        async def told(value: int) -> bool:
            return await fed[PROVINCE].scalar(FINDINGS_OF_COUNTY, node=COUNTY) == value

        await eventually(lambda: told(1), what="the first finding at the province")
        async with listening(fed[PROVINCE]) as heard:
            await another_finding(desk, team, target)

            async def a_word_with_the_number() -> bool:
                await asyncio.wait_for(heard.get(), PATIENCE_S)
                return await told(2)

            assert await eventually(a_word_with_the_number, what="a word on the stream after the second finding arrived")
            reader = await fed[PROVINCE].login("office_director")
            parts = await reader.http.get("/indicators/board", headers={"Accept": "text/html", "HX-Request-Type": "partial"})
            assert 'data-part="kpi-findings_total"' in parts.text and "<html" not in parts.text, "an open page reads its parts without the shell"
