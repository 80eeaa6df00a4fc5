"""The floor: asyncpg and nats-py by hand, no protocol. No signature, no chain, no receipt, no recovery after a lost message.

One message per event, batches of 1,000; or packed: a hundred events per message, COPY instead of arrays. `python -m … sender|receiver {…}`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import nats
import nats.errors
import orjson
import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig

from tests.bench.pipelines.pipeline import ForeignPipeline

STREAM, SUBJECT, CONSUMER = "FLOOR", "floor.event", "floor"
BATCH = 1000
PACK = 100
FETCH_S = 1.0
UNSENT = "SELECT id, event_bytes FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 1000"
SENT = "UPDATE outbox SET sent_at = now() WHERE id = ANY($1::bigint[])"
NOTED_COLUMNS = ("event_id", "origin", "case_id", "serial", "title", "happened_on", "amount", "note")
APPLY = """
WITH fresh AS (INSERT INTO handled (event_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id)
INSERT INTO noted (event_id, origin, case_id, serial, title, happened_on, amount, note)
SELECT t.* FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::int[], $8::text[])
    AS t(event_id, origin, case_id, serial, title, happened_on, amount, note) JOIN fresh USING (event_id)
"""
FRESH = "INSERT INTO handled (event_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id"


class Floor(ForeignPipeline):
    """See above."""

    module = "tests.bench.pipelines.floor"


class Window:
    """Publishes many messages and waits for their acknowledgements together."""

    def __init__(self, client: Client) -> None:
        self._client, self._inbox = client, client.new_inbox()
        self._left, self._done = 0, asyncio.Event()

    async def open(self) -> None:
        await self._client.subscribe(f"{self._inbox}.*", cb=self._on_ack)

    async def _on_ack(self, message: Msg) -> None:
        if b'"error"' in message.data:
            raise RuntimeError(message.data.decode())
        self._left -= 1
        if self._left == 0:
            self._done.set()

    async def send(self, payloads: Sequence[bytes]) -> None:
        self._left = len(payloads)
        self._done.clear()
        reply = f"{self._inbox}.a"
        for payload in payloads:
            await self._client.publish(SUBJECT, payload, reply=reply)
        await self._done.wait()


async def send_for_ever(config: dict[str, Any]) -> None:
    connection, client = await asyncpg.connect(config["dsn"]), await nats.connect(config["nats"])
    wake = asyncio.Event()
    listener = await asyncpg.connect(config["dsn"])
    await listener.add_listener("bench_outbox", lambda *_: wake.set())
    window = Window(client)
    await window.open()
    print("ready", flush=True)
    loop, last = asyncio.get_running_loop(), 0.0
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), 0.5)
        await asyncio.sleep(max(0.0, last + 0.005 - loop.time()))
        wake.clear()
        last = loop.time()
        while rows := await connection.fetch(UNSENT):
            raws = [row[1] for row in rows]
            if config["packed"]:
                raws = [b"\n".join(raws[start : start + PACK]) for start in range(0, len(raws), PACK)]
            await window.send(raws)
            await connection.execute(SENT, [row[0] for row in rows])


async def receive_for_ever(config: dict[str, Any]) -> None:
    connection, client = await asyncpg.connect(config["dsn"]), await nats.connect(config["nats"])
    stream = client.jetstream()
    await stream.add_stream(StreamConfig(name=STREAM, subjects=[SUBJECT], storage=StorageType.FILE))
    wanted = ConsumerConfig(durable_name=CONSUMER, ack_policy=AckPolicy.ALL, max_ack_pending=4 * BATCH)
    subscription = await stream.pull_subscribe(SUBJECT, CONSUMER, STREAM, config=wanted)
    print("ready", flush=True)
    while True:
        try:
            messages = await subscription.fetch(BATCH // PACK if config["packed"] else BATCH, timeout=FETCH_S)
        except (TimeoutError, nats.errors.TimeoutError):
            continue
        if not messages:
            continue
        events = [orjson.loads(line) for message in messages for line in message.data.split(b"\n")]
        rows = [_noted(event) for event in events]
        async with connection.transaction():
            await (_apply_by_copy if config["packed"] else _apply)(connection, rows)
        await messages[-1].ack()


async def _apply(connection: asyncpg.Connection, rows: list[tuple[Any, ...]]) -> None:
    await connection.execute(APPLY, *map(list, zip(*rows, strict=True)))


async def _apply_by_copy(connection: asyncpg.Connection, rows: list[tuple[Any, ...]]) -> None:
    fresh = {row[0] for row in await connection.fetch(FRESH, [row[0] for row in rows])}
    await connection.copy_records_to_table("noted", records=[row for row in rows if row[0] in fresh], columns=NOTED_COLUMNS)


def _noted(event: dict[str, Any]) -> tuple[Any, ...]:
    body = event["body"]
    return (
        UUID(event["id"]), event["src"], UUID(body["case_id"]), body["serial"], body["title"], date.fromisoformat(body["happened_on"]),
        body["amount"], body["note"],
    )


if __name__ == "__main__":
    work = {"sender": send_for_ever, "receiver": receive_for_ever}[sys.argv[1]]
    uvloop.run(work(json.loads(sys.argv[2])))
