"""The demo federation as one thing: prepare its files, start its parts in order, stop them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import httpx

from deploy.demo.accounts import create_accounts
from deploy.demo.clock import LONGEST, DemoClock
from deploy.demo.node_process import NodeFactory
from deploy.demo.plan import HOST, Member, Plan
from deploy.demo.ports import check_ports
from deploy.demo.postgres import Postgres
from deploy.demo.problems import StartFailed
from deploy.demo.process import Program, last_line
from deploy.demo.roster import fingerprint
from deploy.demo.screen import Phase, Screen
from deploy.demo.state import StateFolder, write_json, write_private
from deploy.demo.supervisor import Supervisor, Unit
from nodekit.bus.generate import Endpoint, Layout, generate
from nodekit.bus.server import find_binary
from nodekit.bus.topology import Topology
from nodekit.peers.keys import generate_keys

SERVERS, NODES = 0, 1
"""Waves: PostgreSQL and the nats-servers first, then the nodes."""
CUT_OFF_PATIENCE_S = 15.0
"""For the processes of a supervisor that was killed to end by themselves."""
CRASH_RECOVERY_S = 300.0
"""PostgreSQL flushes every file of fifteen databases after a crash; interrupting that would only start it again."""
AT_ONCE = 4
"""Parts that start at the same time: enough to keep two cores busy."""


class DemoFederation:
    """All offices of a plan, running."""

    def __init__(self, plan: Plan, state: StateFolder, screen: Screen) -> None:
        self.plan, self.state, self.screen = plan, state, screen
        self.postgres = Postgres(plan, state)
        self._factory = NodeFactory()
        self.clock = clock_for(state)
        self._http = httpx.AsyncClient(trust_env=False, timeout=2)
        self._phase: Phase | None = None
        self.supervisor = Supervisor(self._units(), at_once=AT_ONCE, on_ready=self._announce)

    def prepare(self) -> None:
        """Write keys (once) and configurations (each time). Nothing is running yet.

        Raises:
            PortTaken: something else listens where one of ours should.
        """
        check_ports(self.plan, patience_s=CUT_OFF_PATIENCE_S if self.state.running_port else 0)
        self.state.mark_running(self.plan.base_port)
        self._factory.warm_up()
        self.postgres.prepare()
        generate_keys(self.plan.offices_file, self.plan.home / "keys")
        endpoints = {member.id: Endpoint(member.nats_port, member.leaf_port) for member in self.plan.members}
        generate(Topology.load(self.plan.offices_file), Layout(self.plan.home / "nats", endpoints))
        for member in self.plan.members:
            member.settings_file.parent.mkdir(parents=True, exist_ok=True)
            write_private(member.settings_file, self._settings(member))

    async def start(self) -> None:
        """Start everything and create the demo accounts.

        Raises:
            StartFailed: a part did not come up; `stop` ends the others.
        """
        with self.screen.phase("启动数据库与消息服务") as self._phase:
            self._phase.total(len(self.plan.members) + 1)
            await self.supervisor.start_wave(SERVERS)
            await self.postgres.ensure_databases()
        with self.screen.phase("启动各单位节点") as self._phase:
            self._phase.total(len(self.plan.members))
            await self.supervisor.start_wave(NODES)
        await self._ensure_accounts()
        self._phase = None

    async def stop(self) -> None:
        """Stop all parts; safe at any time."""
        await self.supervisor.stop()
        await self._http.aclose()
        self.state.mark_stopped()

    def _units(self) -> list[Unit]:
        postgres = Unit(
            "postgres", "PostgreSQL", self.postgres.start, self.postgres.is_ready, self.postgres.log, SERVERS,
            stop_signal=self.postgres.stop_signal, ready_within_s=CRASH_RECOVERY_S,
        )
        servers = [
            Unit(f"nats {m.id}", f"{m.office.name} NATS", self._start_nats(m), partial(_greets, m.nats_port), self._nats_log(m), SERVERS)
            for m in self.plan.members
        ]
        nodes = [
            Unit(f"node {m.id}", f"{m.office.name}节点", partial(self._factory.start, m, self.clock.file), self._node_ready(m), m.log_file, NODES, ready_within_s=90)
            for m in self.plan.members
        ]
        return [postgres, *servers, *nodes]

    def _nats_log(self, member: Member) -> Path:
        return self.plan.home / "logs" / f"nats-{member.id}.log"

    def _start_nats(self, member: Member) -> Callable[[], Awaitable[Program]]:
        configuration = self.plan.home / "nats" / member.id / "nats.conf"

        async def start() -> Program:
            return await Program.start([find_binary(), "-c", configuration], log=self._nats_log(member))

        return start

    def _node_ready(self, member: Member) -> Callable[[], Awaitable[bool]]:
        async def is_ready() -> bool:
            try:
                answer = await self._http.get(f"{member.url}/readyz")
            except httpx.HTTPError:
                return False
            return answer.is_success

        return is_ready

    def _settings(self, member: Member) -> str:
        nats, keys = self.plan.home / "nats" / member.id, self.plan.home / "keys"
        values = {
            "office": member.id,
            "offices_file": str(self.plan.offices_file),
            "directory_file": str(keys / "directory.json"),
            "keys_dir": str(keys / member.id / "keys"),
            "database_url": self.postgres.url(member),
            "nats_url": f"nats://{HOST}:{member.nats_port}",
            "nats_seeds_dir": str(nats / "keys"),
            "http_host": HOST,
            "http_port": member.http_port,
            "public_url": member.url,
            "state_dir": str(self.plan.home / "nodes" / member.id),
        }
        lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
        return "# Written at every start of the demo.\n" + "".join(lines)

    async def _ensure_accounts(self) -> None:
        """Create the accounts once per roster, in a process that has the heavy imports already."""
        stamp, wanted = self.plan.home / "accounts.json", {"roster": fingerprint()}
        if stamp.exists() and self.state.read_json(stamp) == wanted:
            return
        log = self.plan.home / "logs" / "accounts.log"
        with self.screen.phase("建立演示账户"):
            jobs = [(member.service, str(member.settings_file), member.office) for member in self.plan.members]
            halves = [self._factory.fork(create_accounts, half, str(self.clock.file), log=log) for half in (jobs[::2], jobs[1::2])]
            if any([await half.wait() for half in halves]):
                raise StartFailed("演示账户", log, last_line(log))
        await self.postgres.checkpoint()
        write_json(stamp, wanted)

    def _announce(self, unit: Unit) -> None:
        if self._phase:
            self._phase.done(unit.title)


def clock_for(state: StateFolder) -> DemoClock:
    """A new demo starts in the past; one whose story began before there was a clock stays in the present."""
    began = (state.home / "scenario.json").exists()
    return DemoClock.of(state.home, behind=0 if began else LONGEST)


async def _greets(port: int) -> bool:
    """Whether a nats-server says hello."""
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    try:
        return (await asyncio.wait_for(reader.read(4), 1)) == b"INFO"
    except (TimeoutError, OSError):
        return False
    finally:
        writer.close()
