"""The servers attacks are made on, a witness at the heart of each, and the offices attacks are made in the name of.

Real nats-servers with the configuration the generator writes; the only addition is the witness, a user of CORE without
limits. What it does not hear did not get in. No node runs: the servers are quiet but for the case at hand.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, Self

from nats.aio.client import Client

from nodekit.bus.connection import api
from nodekit.bus.generate import Endpoint, Layout, generate
from nodekit.bus.keys import KeyFolder
from nodekit.bus.provisioner import ensure
from nodekit.bus.server import NatsServer
from nodekit.bus.streams import plan
from nodekit.bus.topology import Topology
from tests.bus.hostile import Names
from tests.bus.isolation.by_hand import Connection, Credential, Heard, Leaf, Local
from tests.bus.tree import eventually, free_ports, record

PROVINCE, CITY, CITY_2 = "990000-inspection", "990100-inspection", "990200-inspection"
COUNTY_A, COUNTY_B, COUNTY_C = "990121-inspection", "990122-inspection", "990123-inspection"
PROVINCE_DESK, PROVINCE_DESK_2 = "990000-discipline", "990000-organization"
CITY_DESK, CITY_DESK_2, CITY_DESK_3 = "990100-discipline", "990100-organization", "990100-sector-finance"
DESK_A, DESK_A2, DESK_B, DESK_C = "990121-discipline", "990121-organization", "990122-discipline", "990123-discipline"
CITY_2_DESK, COUNTY_2, DESK_2, COUNTY_3 = "990200-discipline", "990221-inspection", "990221-discipline", "990222-inspection"

RECORDS = [
    record(PROVINCE, "province", None),
    record(PROVINCE_DESK, "province", PROVINCE), record(PROVINCE_DESK_2, "province", PROVINCE),
    record(CITY, "city", PROVINCE), record(CITY_2, "city", PROVINCE),
    record(CITY_DESK, "city", CITY, PROVINCE_DESK), record(CITY_DESK_2, "city", CITY, PROVINCE_DESK_2), record(CITY_DESK_3, "city", CITY),
    record(CITY_2_DESK, "city", CITY_2, PROVINCE_DESK),
    record(COUNTY_A, "county", CITY), record(COUNTY_B, "county", CITY), record(COUNTY_C, "county", CITY),
    record(COUNTY_2, "county", CITY_2), record(COUNTY_3, "county", CITY_2),
    record(DESK_A, "county", COUNTY_A, CITY_DESK), record(DESK_A2, "county", COUNTY_A, CITY_DESK_2),
    record(DESK_B, "county", COUNTY_B, CITY_DESK), record(DESK_C, "county", COUNTY_C, CITY_DESK), record(DESK_2, "county", COUNTY_2, CITY_2_DESK),
]
TOPOLOGY = Topology.from_records(RECORDS)
NAMES = Names(TOPOLOGY)
SERVERS = (PROVINCE, CITY, COUNTY_A, DESK_A)
"""Those that run; the others are only known."""
WITNESS = "      { user: witness, password: witness }"


class Witness:
    """Hears and may do everything in CORE of one server."""

    def __init__(self, office_id: str) -> None:
        self.office_id = office_id
        self.client = Client()
        self.heard: list[Heard] = []

    async def start(self, url: str) -> Self:
        await self.client.connect(url, user="witness", password="witness", inbox_prefix="_INBOX.witness")
        await self.client.subscribe(">", cb=self._note)
        await self.client.flush()
        return self

    async def _note(self, message: Any) -> None:
        if not message.subject.startswith(("_INBOX.witness.", "$JS.EVENT.")) and not (message.reply or "").startswith("_INBOX.witness."):
            self.heard.append(Heard(message.subject, message.reply, message.data))

    def subjects(self) -> list[str]:
        return [message.subject for message in self.heard]


class Ground:
    """Servers, witnesses and the connections of the case at hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ports = iter(free_ports(3 * len(TOPOLOGY)))
        self.endpoints = {office.id: Endpoint(next(ports), next(ports), monitor_port=next(ports)) for office in TOPOLOGY}
        self.servers: dict[str, NatsServer] = {}
        self.witnesses: dict[str, Witness] = {}

    async def __aenter__(self) -> Self:
        self.write()
        self.servers = {office_id: NatsServer(self.folder / office_id) for office_id in SERVERS}
        try:
            for server in self.servers.values():
                await server.start()
            for office_id in SERVERS:
                witness = self.witnesses[office_id] = await Witness(office_id).start(self.endpoints[office_id].client_url)
                await ensure(witness.client, plan(TOPOLOGY, office_id))
        except BaseException:
            await self.__aexit__()
            raise
        await self.quiet()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for witness in self.witnesses.values():
            await witness.client.close()
        await asyncio.gather(*(server.stop() for server in self.servers.values()))

    def write(self, without_leaf_of: str | None = None) -> None:
        """Generate all folders, keys included where they are missing.

        Args:
            without_leaf_of: an office whose leaf key its parent shall no longer accept.
        """
        layout = Layout(self.folder, self.endpoints, sync_interval='"1m"')
        if without_leaf_of:
            (self.folder / without_leaf_of / "keys" / "leaf.pub").unlink()
        generate(TOPOLOGY, layout)
        for office_id in SERVERS:
            path = self.folder / office_id / "nats.conf"
            text = path.read_text("utf-8").replace("    jetstream: enabled\n    users: [\n", f"    jetstream: enabled\n    users: [\n{WITNESS}\n", 1)
            path.write_text(text, "utf-8")

    async def quiet(self) -> None:
        """All witnesses have heard everything that has happened so far, and forget it."""
        await self.settled()
        for witness in self.witnesses.values():
            witness.heard.clear()

    async def settled(self) -> None:
        for witness in self.witnesses.values():
            await witness.client.flush()

    def everything_heard(self) -> list[tuple[str, str]]:
        """(server, subject) of all that got into any CORE since `quiet`."""
        return [(office_id, subject) for office_id, witness in self.witnesses.items() for subject in witness.subjects()]

    async def state(self) -> dict[str, Any]:
        """Configuration, content and progress of all streams and consumers: what an attack must not change."""
        found: dict[str, Any] = {}
        for office_id, witness in self.witnesses.items():
            for stream in json.loads((await witness.client.request("$JS.API.STREAM.NAMES", b"", timeout=3)).data)["streams"] or []:
                info = await api(witness.client, f"STREAM.INFO.{stream}")
                found[f"{office_id} {stream}"] = (info["config"], info["state"])
                for consumer in (await api(witness.client, f"CONSUMER.LIST.{stream}", {})).get("consumers") or []:
                    keep = ("config", "delivered", "ack_floor", "num_ack_pending", "num_redelivered", "num_pending", "paused")
                    found[f"{office_id} {stream} {consumer['name']}"] = {key: consumer.get(key) for key in keep}
        return found

    # ---------------------------------------------------------------- who attacks

    def seed(self, office_id: str, role: str) -> str:
        return KeyFolder(self.folder / office_id / "keys").seed(role)

    def tls(self, office_id: str) -> Path:
        return self.folder / office_id / "tls"

    def leaf_credential(self, office_id: str, **fields: Any) -> Credential:
        return Credential(self.seed(office_id, "leaf"), self.tls(office_id), fields)

    async def local(self, office_id: str, role: str, inbox: str) -> Connection:
        """The user of a role at its own server, listening where its answers come."""
        connection = await Local.open(self.endpoints[office_id].client_port, Credential(self.seed(office_id, role)))
        connection.listen(f"{inbox}.>")
        await connection.fence()
        return connection

    async def leaf(self, office_id: str, **fields: Any) -> Connection:
        """A hostile server of `office_id` at its parent. Waits for an earlier one to be gone: one leaf per office."""
        port = self.endpoints[TOPOLOGY.office(office_id).parent or ""].leaf_port
        async with asyncio.timeout(10):
            while True:
                try:
                    connection = await Leaf.open(port, self.leaf_credential(office_id, **fields))
                    break
                except Exception as refused:
                    if "maximum account" not in str(refused):
                        raise
                    await asyncio.sleep(0.02)
        connection.listen("_R_.hand.>")
        await connection.fence()
        return connection

    async def linked(self) -> None:
        """The real links between the running servers are up: a message of the lowest reaches the highest witness."""
        for office_id in SERVERS[1:]:
            log = self.servers[office_id].log_path
            await eventually(lambda log=log: "Leafnode connection created" in log.read_text("utf-8", errors="replace"), what=f"link of {office_id}")
