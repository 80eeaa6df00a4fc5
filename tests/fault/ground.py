"""Three offices on this host: each its own PostgreSQL, its own nats-server, its own node; a proxy on every link; nothing on a fixed port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from nodekit.bus.generate import Endpoint, Layout, generate
from nodekit.bus.topology import Topology
from nodekit.opening import OfficeIdentity
from nodekit.peers.keys import generate_keys
from tests.bus.tree import free_ports, record
from tests.fault.clock import Clock
from tests.fault.cluster import Cluster, Home
from tests.fault.node import Nursery
from tests.fault.office import Office, Servers
from tests.support.tcp_proxy import TcpProxy

PROVINCE, COUNTY, DESK = "990000-inspection", "990121-inspection", "990121-discipline"
RECORDS = [record(PROVINCE, "province", None), record(COUNTY, "county", PROVINCE), record(DESK, "county", COUNTY)]
SERVICES = {PROVINCE: "tests.fault.offices.province", COUNTY: "tests.fault.offices.county", DESK: "tests.fault.offices.desk"}
SPY = "spy"
"""A user of every bus with every right and no key: records, replays, forges."""


@dataclass(frozen=True)
class Folders:
    """Of one run."""

    home: Path

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def offices_file(self) -> Path:
        return self.home / "offices.toml"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def nats(self) -> Path:
        return self.home / "nats"


class Ground:
    """All offices of a run. `async with` starts and ends everything."""

    def __init__(self, home: Path) -> None:
        self.folders = Folders(home.resolve())
        self.nursery = Nursery()
        self.offices: dict[str, Office] = {}
        self.proxies: dict[str, TcpProxy] = {}
        """By the office whose link to its parent it is."""
        self._home: Home | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._prepare()
            async with asyncio.TaskGroup() as opening:
                for office in self.offices.values():
                    opening.create_task(office.open())
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        await asyncio.gather(*(office.close() for office in self.offices.values()))
        await asyncio.gather(*(proxy.stop() for proxy in self.proxies.values()))
        if self._home:
            shutil.rmtree(self._home.place.folder, ignore_errors=True)
            self._home = None

    async def _prepare(self) -> None:
        folders = self.folders
        shutil.rmtree(folders.home, ignore_errors=True)
        folders.logs.mkdir(parents=True)
        self.nursery.warm_up()
        self._home = Home.at(folders.home)
        text = "".join("[[office]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in row.items()) for row in RECORDS)
        folders.offices_file.write_text(text, encoding="utf-8")
        generate_keys(folders.offices_file, folders.keys)
        topology = Topology.load(folders.offices_file)
        endpoints = await self._links(topology)
        await self._home.pattern()
        for office in topology:
            self.offices[office.id] = self._office(office.id, endpoints[office.id], self._home)

    async def _links(self, topology: Topology) -> dict[str, Endpoint]:
        endpoints = {}
        for office in topology:
            ports = free_ports(3)
            endpoints[office.id] = Endpoint(ports[0], ports[1], monitor_port=ports[2])
        for office in topology:
            if office.parent:
                self.proxies[office.id] = await TcpProxy(endpoints[office.parent].leaf_port).start()
        parents = {office_id: f"tls://127.0.0.1:{proxy.port}" for office_id, proxy in self.proxies.items()}
        generate(topology, Layout(self.folders.nats, endpoints, parent_urls=parents))
        for office in topology:
            file = self.folders.nats / office.id / "nats.conf"
            opening = "    jetstream: enabled\n    users: ["
            text = file.read_text("utf-8")
            if opening not in text:
                raise LookupError(f"no place for the rogue client in {file}")
            file.write_text(text.replace(opening, f"{opening}\n      {{ user: {SPY}, password: {SPY} }}", 1), "utf-8")
        return endpoints

    def _office(self, office_id: str, endpoint: Endpoint, home: Home) -> Office:
        folders = self.folders
        cluster = Cluster(home, office_id.replace("-", "_"), free_ports(1)[0], folders.logs / f"{office_id}-postgres.log")
        servers = Servers(
            office_id, SERVICES[office_id], folders.home, cluster, folders.nats / office_id, endpoint, free_ports(1)[0], Clock(folders.home / f"{office_id}.clock"),
        )
        return Office(servers, self.nursery)

    def keyring(self, office_id: str = PROVINCE) -> OfficeIdentity:
        """Keys of one office, and with them everybody's public ones."""
        folders = self.folders
        return OfficeIdentity.load(office_id, folders.offices_file, folders.keys / "directory.json", folders.keys / office_id / "keys")

    async def heal(self, within_s: float) -> None:
        """Links open, clocks right, every part answering."""
        for proxy in self.proxies.values():
            await proxy.heal()
        for office in self.offices.values():
            office.clock.turn(0.0)
            with contextlib.suppress(FileNotFoundError):
                office.poison_file.unlink()
        await asyncio.gather(*(office.ready(within_s) for office in self.offices.values()))


