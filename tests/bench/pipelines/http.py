"""HTTP: one POST per event with an idempotency key between two FastAPI services; a polled outbox. `python -m … sender|receiver {…}`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import orjson
import uvicorn
from fastapi import FastAPI, Header, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from tests.bench.pipelines.one_by_one import handle_once, next_unsent
from tests.bench.pipelines.pipeline import ForeignPipeline
from tests.bus.tree import free_ports
from tests.support.postgres import PgServer, sqlalchemy_url

POLL_S = 0.05


class Http(ForeignPipeline):
    """See above."""

    module = "tests.bench.pipelines.http"
    slow = True

    def __init__(self, pg: PgServer, name: str) -> None:
        sender_port, receiver_port = free_ports(2)
        super().__init__(pg, None, name, sender_port=sender_port, receiver_port=receiver_port)


def sender(engine: AsyncEngine, config: dict[str, Any]) -> FastAPI:
    """Posts what the outbox holds, one after another, and goes on where it stopped."""

    async def post_for_ever() -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{config['receiver_port']}", timeout=30) as http:
            while True:
                async with AsyncSession(engine) as session, session.begin():
                    rows = await next_unsent(session)
                    for row in rows:
                        answer = await http.post("/events", content=row.event_bytes, headers={"Idempotency-Key": str(row.event_id)})
                        answer.raise_for_status()
                        await session.execute(text("UPDATE outbox SET sent_at = now() WHERE id = :id"), {"id": row.id})
                if not rows:
                    await asyncio.sleep(POLL_S)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(post_for_ever())
        yield
        task.cancel()

    return FastAPI(lifespan=lifespan)


def receiver(engine: AsyncEngine, _config: dict[str, Any]) -> FastAPI:
    app = FastAPI()

    @app.post("/events", status_code=201)
    async def take(request: Request, idempotency_key: Annotated[str, Header()]) -> None:
        event = orjson.loads(await request.body())
        async with AsyncSession(engine) as session, session.begin():
            await handle_once(session, {**event, "id": idempotency_key})

    return app


class _Server(uvicorn.Server):
    async def startup(self, *arguments: Any, **options: Any) -> None:
        await super().startup(*arguments, **options)
        print("ready", flush=True)


if __name__ == "__main__":
    wanted = json.loads(sys.argv[2])
    build, port = {"sender": (sender, wanted["sender_port"]), "receiver": (receiver, wanted["receiver_port"])}[sys.argv[1]]
    database = create_async_engine(sqlalchemy_url(wanted["dsn"]))
    _Server(uvicorn.Config(build(database, wanted), port=port, log_level="warning", access_log=False)).run()
