"""The plain way: a polled outbox, FastStream's subscriber called per message, one SQLAlchemy session each. `python -m … sender|receiver {…}`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import orjson
import uvloop
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from tests.bench.pipelines.one_by_one import handle_once, next_unsent
from tests.bench.pipelines.pipeline import ForeignPipeline
from tests.support.postgres import sqlalchemy_url

SUBJECT = "plain.event"
STREAM = JStream("PLAIN", subjects=[SUBJECT])
POLL_S = 0.05


class Plain(ForeignPipeline):
    """See above."""

    module = "tests.bench.pipelines.plain"
    slow = True


async def send_for_ever(engine: AsyncEngine, broker: NatsBroker) -> None:
    await broker.start()
    print("ready", flush=True)
    while True:
        async with AsyncSession(engine) as session, session.begin():
            rows = await next_unsent(session)
            for row in rows:
                await broker.publish(row.event_bytes, SUBJECT, stream=STREAM.name)
                await session.execute(text("UPDATE outbox SET sent_at = now() WHERE id = :id"), {"id": row.id})
        if not rows:
            await asyncio.sleep(POLL_S)


async def receive_for_ever(engine: AsyncEngine, broker: NatsBroker) -> None:
    @broker.subscriber(SUBJECT, stream=STREAM, durable="plain", pull_sub=PullSub(), ack_policy=AckPolicy.NACK_ON_ERROR)
    async def take(message: NatsMessage) -> None:
        async with AsyncSession(engine) as session, session.begin():
            await handle_once(session, orjson.loads(message.body))

    await broker.start()
    print("ready", flush=True)
    await asyncio.Event().wait()


async def main(role: str, config: dict[str, Any]) -> None:
    engine = create_async_engine(sqlalchemy_url(config["dsn"]))
    broker = NatsBroker(config["nats"], logger=None)
    await {"sender": send_for_ever, "receiver": receive_for_ever}[role](engine, broker)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], json.loads(sys.argv[2])))
