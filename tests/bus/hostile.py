"""A county whose administrator owns its server and adds two intruders behind its leaf connection, without any local restriction.

`spy` sits in the link account itself and hears what the link brings. `evil` sits in an account of its own that borrows the link as
the link relay does: only so do answers come back (the hub answers a leaf under its own reply subjects alone), and only where
permitted requests are answered does silence to the others prove anything.
"""

import json
from typing import Any

import nats.errors
from nats.aio.client import Client

from nodekit.bus.topology import Topology
from shared_schemas.subjects import DOWN, UP, subject
from tests.bus.tree import COUNTY_A, Tree, stream_state

ANSWER_S = 0.3
BORROWED = ("up", "dn", "lk", "$JS", "$SYS")
EXPORTS = "".join(f'      {{ service: "{prefix}.>", response_type: stream, accounts: [EVIL] }}\n' for prefix in BORROWED if prefix != "up")
IMPORTS = "\n".join(f'      {{ service: {{ account: L_UP, subject: "{prefix}.>" }}, to: "evil.{prefix}.>" }}' for prefix in BORROWED)
INTRUDERS = f"""  EVIL {{
    users: [ {{ user: evil, password: evil }} ]
    imports: [
{IMPORTS}
    ]
  }}
  L_UP {{
    users: [ {{ user: spy, password: spy }} ]
    exports: [
{EXPORTS}"""


class HostileTree(Tree):
    """The small tree with an intruder in account L_UP of county A."""

    async def write(self) -> None:
        await super().write()
        path = self.folder / COUNTY_A / "nats.conf"
        text = path.read_text("utf-8").replace('{ service: "up.>", accounts: [CORE] }', '{ service: "up.>", accounts: [CORE, EVIL] }')
        path.write_text(text.replace("  L_UP {\n    exports: [\n", INTRUDERS, 1), "utf-8")

    async def intruder(self, name: str) -> Client:
        client = Client()
        await client.connect(self.endpoints[COUNTY_A].client_url, user=name, password=name, error_cb=_quiet)
        return client


async def _quiet(_error: Exception) -> None:
    return


async def answer(client: Client, name: str, body: bytes = b"") -> bytes | None:
    """What a request of `evil` is answered with; None for silence or nobody there."""
    try:
        reply = await client.request(f"evil.{name}", body, timeout=ANSWER_S)
    except (nats.errors.TimeoutError, nats.errors.NoRespondersError):
        return None
    return None if reply.headers and "Status" in reply.headers else reply.data


def stored(reply: bytes | None) -> bool:
    """The answer is the PubAck of a stream."""
    return reply is not None and b'"seq"' in reply and b'"error"' not in reply


class Names:
    """Subjects written with office ids."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    def up(self, src: str, dst: str) -> str:
        return subject(UP, self.address(dst), self.address(src))

    def down(self, src: str, dst: str) -> str:
        return subject(DOWN, self.address(dst), self.address(src))

    def address(self, office_id: str) -> str:
        """Of a known office, or of one that does not exist beside a known inspection office."""
        if office_id in self._topology:
            return str(self._topology.office(office_id).address)
        division, _, kind = office_id.partition("-")
        return f"{self._topology.office(f'{division}-inspection').address.place}.{kind}"


async def last_sequences(provisioners: dict[str, Client]) -> dict[str, int]:
    """How far every stream of some offices has come: unchanged means nothing got in."""
    found: dict[str, int] = {}
    for office_id, client in provisioners.items():
        streams = json.loads((await client.request("$JS.API.STREAM.NAMES", b"", timeout=2)).data)["streams"]
        for stream in streams:
            state: dict[str, Any] = await stream_state(client, stream)
            found[f"{office_id} {stream}"] = state["last_seq"]
    return found
