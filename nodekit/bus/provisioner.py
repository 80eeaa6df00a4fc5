"""Keeps the streams and consumers of one office as planned: made at start, repaired while running, without a person.

The store of any server may be deleted or damaged at any time; within a few seconds the streams are there again and peers resend.
Never: reads a message, purges, or deletes a stream, except one whose files are damaged: nothing else makes the server let go of them.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from nats.aio.client import Client

from nodekit.bus.connection import BUS_ERRORS, JetStreamRefused, NatsAccess, api, connect
from nodekit.bus.streams import ConsumerPlan, StreamPlan, plan
from nodekit.bus.topology import Topology
from nodekit.delivery import crash
from nodekit.delivery.crash import CrashPoints

log = logging.getLogger(__name__)

CHECK_EVERY_S = 5.0
RETRY_AFTER_S = 1.0
THOROUGH_EVERY = 12
"""Names are compared at every check, options at every twelfth and after each change of the tree."""


class Provisioner:
    """One background task. `ready` is set while the streams are known to be there."""

    def __init__(self, topology: Topology, office_id: str, access: NatsAccess) -> None:
        self._office_id, self._access = office_id, access
        self._plans = plan(topology, office_id)
        self._checks = 0
        self._crash = CrashPoints.from_environment()
        self._wake = asyncio.Event()
        self._stopping = False
        self.ready = asyncio.Event()
        self.last_error: str | None = None

    def adopt(self, topology: Topology) -> None:
        """Work towards a changed tree from now on."""
        self._plans, self._checks = plan(topology, self._office_id), 0
        self.ready.clear()
        self._wake.set()

    async def check_now(self) -> None:
        """The server came back, or a stream did not answer: do not wait for the next round."""
        self._checks = 0
        self._wake.set()

    def stop(self) -> None:
        """nats-py may turn a cancellation inside a request into a timeout: cancel after this, not instead of it."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopping:
            client = await connect(self._access, "prov", on_reconnected=self.check_now)
            try:
                while not (self._stopping or client.is_closed):
                    pause = await self._check(client)
                    try:
                        async with asyncio.timeout(pause):
                            await self._wake.wait()
                    except TimeoutError:
                        continue
                    self._wake.clear()
            finally:
                await client.close()

    async def _check(self, client: Client) -> float:
        try:
            await ensure(client, self._plans, thorough=self._checks % THOROUGH_EVERY == 0, reach=self._crash.reach)
        except BUS_ERRORS as error:
            self.last_error = f"{type(error).__name__}: {error}"
            self.ready.clear()
            self._checks = 0
            return RETRY_AFTER_S
        self._checks += 1
        self.last_error = None
        self.ready.set()
        return CHECK_EVERY_S


async def ensure(client: Client, plans: list[StreamPlan], *, thorough: bool = True, reach: Callable[[str], None] = lambda _place: None) -> None:
    """Create what is missing, remove consumers nobody should have, and with `thorough` correct every option. `reach`: see nodekit.delivery.crash."""
    for stream in plans:
        await _ensure_stream(client, stream)
        reach(crash.AFTER_STREAM)
        try:
            await _ensure_consumers(client, stream, thorough=thorough)
        except JetStreamRefused as refusal:
            if refusal.store_unreadable:
                log.warning("bus: the files of stream %s are damaged, it is made anew: %s", stream.name, refusal)
                await api(client, f"STREAM.DELETE.{stream.name}")
            raise


async def _ensure_consumers(client: Client, stream: StreamPlan, *, thorough: bool) -> None:
    names = (await api(client, f"CONSUMER.NAMES.{stream.name}")).get("consumers") or []
    for consumer in stream.consumers:
        if thorough or consumer.name not in names:
            await _ensure_consumer(client, consumer)
    for surplus in set(names) - {consumer.name for consumer in stream.consumers}:
        log.warning("bus: consumer %s of %s is not planned, removed", surplus, stream.name)
        await api(client, f"CONSUMER.DELETE.{stream.name}.{surplus}")


async def _ensure_stream(client: Client, stream: StreamPlan) -> None:
    try:
        config = (await api(client, f"STREAM.INFO.{stream.name}"))["config"]
    except JetStreamRefused as refusal:
        if not refusal.missing:
            raise
        log.info("bus: creating stream %s", stream.name)
        await api(client, f"STREAM.CREATE.{stream.name}", stream.config)
        return
    if differences(stream.config, config):
        log.info("bus: updating stream %s", stream.name)
        await api(client, f"STREAM.UPDATE.{stream.name}", stream.config)


async def _ensure_consumer(client: Client, consumer: ConsumerPlan) -> None:
    name = f"{consumer.stream}.{consumer.name}"
    if "filter_subject" in consumer.config:
        name += f".{consumer.config['filter_subject']}"
    await api(client, f"CONSUMER.CREATE.{name}", {"stream_name": consumer.stream, "config": consumer.config, "action": ""})


def differences(wanted: dict[str, Any], actual: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Options that are not as planned; the server leaves out options that are false or empty."""

    def comparable(value: Any) -> Any:
        return sorted(value) if isinstance(value, list) else value or None

    return {key: (value, actual.get(key)) for key, value in wanted.items() if comparable(value) != comparable(actual.get(key))}
