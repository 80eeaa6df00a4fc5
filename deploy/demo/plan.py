"""Who runs where: offices.toml and a base port in, addresses out. Pure, so that every tool agrees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nodekit.bus.topology import Office, Topology

ROOT = Path(__file__).resolve().parents[2]
OFFICES_FILE = ROOT / "deploy" / "offices.toml"
DEFAULT_PORT = 18000
OFFICES_MAX = 99
"""Each kind of port has its own hundred above the base port."""
NATS_OFFSET, LEAF_OFFSET, POSTGRES_OFFSET = 200, 300, 400
HOST = "127.0.0.1"

SERVICES = {"discipline": "services.discipline_commission", "organization": "services.organization_department"}


@dataclass(frozen=True)
class Member:
    """One office of the demo: what runs for it and where it listens."""

    office: Office
    index: int
    base_port: int
    home: Path

    @property
    def id(self) -> str:
        return self.office.id

    @property
    def service(self) -> str:
        """Package under services/: by tier for inspection offices, by kind for desks."""
        if self.office.is_inspection:
            return f"services.{self.office.tier}"
        return SERVICES.get(self.office.kind, "services.department")

    @property
    def http_port(self) -> int:
        return self.base_port + self.index

    @property
    def nats_port(self) -> int:
        return self.base_port + NATS_OFFSET + self.index

    @property
    def leaf_port(self) -> int:
        return self.base_port + LEAF_OFFSET + self.index

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.http_port}"

    @property
    def database(self) -> str:
        """Name of its database and of the one role that may connect to it."""
        return "node_" + self.id.replace("-", "_").lower()

    @property
    def settings_file(self) -> Path:
        return self.home / "nodes" / self.id / "settings.toml"

    @property
    def log_file(self) -> Path:
        return self.home / "logs" / f"{self.id}.log"


@dataclass(frozen=True)
class Plan:
    """The whole federation on this machine. `home` is the state folder."""

    home: Path
    base_port: int
    members: tuple[Member, ...]
    offices_file: Path

    @classmethod
    def of(cls, home: Path, base_port: int = DEFAULT_PORT, offices_file: Path = OFFICES_FILE) -> Plan:
        """Number the offices of `offices_file` in their order."""
        topology = Topology.load(offices_file)
        if len(topology) > OFFICES_MAX:
            raise ValueError(f"the demo holds at most {OFFICES_MAX} offices, {offices_file} has {len(topology)}")
        home = home.resolve()
        members = tuple(Member(office, index, base_port, home) for index, office in enumerate(topology))
        return cls(home, base_port, members, offices_file)

    @property
    def postgres_port(self) -> int:
        return self.base_port + POSTGRES_OFFSET

    def member(self, office_id: str) -> Member:
        return next(member for member in self.members if member.id == office_id)

    def ports(self) -> dict[int, str]:
        """Every port that must be free, with what it is for."""
        needed = {self.postgres_port: "PostgreSQL"}
        for member in self.members:
            needed[member.http_port] = f"{member.office.name} 网页"
            needed[member.nats_port] = f"{member.office.name} NATS"
            needed[member.leaf_port] = f"{member.office.name} NATS 下级接入"
        return needed
