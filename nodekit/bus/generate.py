"""Write everything the servers of a federation need: `python -m nodekit.bus.generate --offices deploy/offices.toml --out DIR`.

One folder per office: nats.conf, keys/, tls/, leaf-seed.conf, bus.json (where the node finds its server). Safe to run again:
keys and valid certificates stay, configurations are rewritten, so adding an office is: edit offices.toml, run, reload the parent.
See deploy/nats/README.md for one machine, containers and offices that make their own keys.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nodekit.bus.keys import KeyFolder, write_private
from nodekit.bus.nats_config import LEAF_SEED_FILE, ServerPlan, server_config
from nodekit.bus.pki import LinkAuthority
from nodekit.bus.topology import Office, Topology

PORTS_PER_OFFICE = 4
DESCRIPTION_FILE = "bus.json"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one server is reached (`host`) and listens (`listen`)."""

    client_port: int
    leaf_port: int
    host: str = "127.0.0.1"
    listen: str = "127.0.0.1"
    monitor_port: int | None = None

    @property
    def client_url(self) -> str:
        return f"nats://{self.host}:{self.client_port}"

    @property
    def leaf_url(self) -> str:
        return f"tls://{self.host}:{self.leaf_port}"


def loopback_endpoints(topology: Topology, base_port: int) -> dict[str, Endpoint]:
    """All servers on this machine, four ports each in the order of offices.toml: append offices, do not insert them."""
    ports = (base_port + PORTS_PER_OFFICE * index for index in range(len(topology)))
    return {office.id: Endpoint(port, port + 1, monitor_port=port + 2) for office, port in zip(topology, ports, strict=True)}


def hosted_endpoints(topology: Topology, host_pattern: str) -> dict[str, Endpoint]:
    """One host or container per server, NATS's usual ports."""
    return {office.id: Endpoint(4222, 7422, host_pattern.format(id=office.id), "0.0.0.0") for office in topology}  # noqa: S104


@dataclass(frozen=True, slots=True)
class Layout:
    """Where files go now (`out`), where servers will find them (`runtime_root`), and how links are reached."""

    out: Path
    endpoints: Mapping[str, Endpoint]
    runtime_root: Path | None = None
    parent_urls: Mapping[str, str] = field(default_factory=dict)
    """office id -> leaf address of its parent, where that differs from the parent's endpoint (NAT, proxy)."""
    sync_interval: str = "always"

    def folder(self, office_id: str) -> Path:
        return self.out / office_id

    def runtime_folder(self, office_id: str) -> Path:
        return (self.runtime_root or self.out.resolve()) / office_id


def generate(topology: Topology, layout: Layout, only: str | None = None) -> list[str]:
    """Write the folders of all offices, or of one; returns remarks for the operator.

    With `only`, just that office's keys are made: a child that has not handed in keys/leaf.pub yet is left out.
    """
    offices = [topology.office(only)] if only else list(topology)
    remarks: list[str] = []
    for office in offices:
        KeyFolder(layout.folder(office.id) / "keys").ensure()
    authority = _authority(layout, only)
    for office in offices:
        remarks += _write_office(topology, office, layout, authority)
    return remarks


def add_child(topology: Topology, folder: Path, child_id: str, leaf_key: str) -> None:
    """Let one more child link to the server of this folder: its public key beside it, its account in nats.conf. Reload the server afterwards.

    Args:
        topology: the tree with the child in it.
        folder: the parent's own folder, as `generate` wrote it.
    """
    keys = KeyFolder(folder.parent / child_id / "keys")
    keys.put_public("leaf", leaf_key)
    plan = ServerPlan(**json.loads((folder / DESCRIPTION_FILE).read_text("utf-8"))["plan"])
    text = server_config(topology, folder.name, plan, lambda office_id, role: KeyFolder(folder.parent / office_id / "keys").public(role))
    scratch = folder / "nats.conf.new"
    scratch.write_text(text, "utf-8")
    scratch.replace(folder / "nats.conf")


def _authority(layout: Layout, only: str | None) -> LinkAuthority | None:
    """The CA lives with whoever generates for all; an office generating for itself brings its certificate."""
    folder = layout.out / "pki"
    if only and not (folder / "ca.key").exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return LinkAuthority(folder)


def _write_office(topology: Topology, office: Office, layout: Layout, authority: LinkAuthority | None) -> list[str]:
    folder, runtime, endpoint = layout.folder(office.id), layout.runtime_folder(office.id), layout.endpoints[office.id]
    remarks = []
    if authority:
        authority.issue(office.id, _hosts(office, endpoint), folder / "tls")
    elif not (folder / "tls" / "cert.pem").exists():
        remarks.append(f"{office.id}: put cert.pem, key.pem and ca.pem into {folder / 'tls'} before starting the server")

    def public_key(office_id: str, role: str) -> str | None:
        return KeyFolder(layout.folder(office_id) / "keys").public(role)

    missing = [child.id for child in topology.children(office.id) if public_key(child.id, "leaf") is None]
    remarks += [f"{office.id}: {child_id} left out, it has no keys/leaf.pub yet; put it there and run again" for child_id in missing]
    plan = ServerPlan(
        client_port=endpoint.client_port,
        leaf_port=endpoint.leaf_port,
        store_dir=str(runtime / "js"),
        tls_dir=str(runtime / "tls"),
        listen=endpoint.listen,
        parent_url=_parent_url(office, layout),
        monitor_port=endpoint.monitor_port,
        pid_file=str(runtime / "nats.pid"),
        sync_interval=layout.sync_interval,
    )
    (folder / "nats.conf").write_text(server_config(topology, office.id, plan, public_key), "utf-8")
    write_private(folder / LEAF_SEED_FILE, f'LEAF_SEED: "{KeyFolder(folder / "keys").seed("leaf")}"\n')
    description = {
        "office": office.id, "client_url": endpoint.client_url, "leaf_url": endpoint.leaf_url, "monitor_port": endpoint.monitor_port, "plan": asdict(plan),
    }
    (folder / DESCRIPTION_FILE).write_text(json.dumps(description, indent=1) + "\n", "utf-8")
    return remarks


def _hosts(office: Office, endpoint: Endpoint) -> list[str]:
    return sorted({office.id, endpoint.host, "localhost", "127.0.0.1"})


def _parent_url(office: Office, layout: Layout) -> str | None:
    if office.parent is None:
        return None
    return layout.parent_urls.get(office.id) or layout.endpoints[office.parent].leaf_url


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m nodekit.bus.generate", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--offices", type=Path, required=True, help="the tree, e.g. deploy/offices.toml")
    parser.add_argument("--out", type=Path, required=True, help="one folder per office is written here")
    parser.add_argument("--only", metavar="ID", help="write this office only")
    parser.add_argument("--base-port", type=int, default=24000, help="loopback: first port, four per office (default 24000)")
    parser.add_argument("--host-pattern", metavar="PATTERN", help="one host per server, e.g. 'nats-{id}'; ports 4222 and 7422")
    parser.add_argument("--runtime-root", type=Path, metavar="DIR", help="where servers will find --out, if elsewhere (a mount)")
    parser.add_argument("--parent-url", metavar="URL", help="with --only: leaf address of the parent, e.g. tls://host:7422")
    options = parser.parse_args(arguments)
    topology = Topology.load(options.offices)
    hosted = options.host_pattern is not None
    endpoints = hosted_endpoints(topology, options.host_pattern) if hosted else loopback_endpoints(topology, options.base_port)
    parent_urls = {options.only: options.parent_url} if options.only and options.parent_url else {}
    layout = Layout(options.out, endpoints, options.runtime_root, parent_urls)
    for remark in generate(topology, layout, options.only):
        print(remark, file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
