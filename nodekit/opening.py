"""Opening a node from its settings: files first, then the database, then the bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from nodekit.clock import utc_now
from nodekit.peers import Directory, Keyring
from nodekit.peers.keyfiles import key_id, read_secrets
from nodekit.sealing import Sealer, Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from nodekit.bus.port import Bus
    from nodekit.node import Node
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec


@dataclass(frozen=True)
class OfficeIdentity:
    """Who this office is and whom it knows: directory, keys, sealing. Loaded from files, before any database."""

    directory: Directory
    keyring: Keyring
    sealer: Sealer
    vault: Vault

    @classmethod
    def load(cls, office: str, offices_file: Path, directory_file: Path, keys_dir: Path) -> OfficeIdentity:
        """Read the list of offices, the signed key directory and this office's own keys.

        Raises:
            BadOfficeList, DirectoryNotTrusted, KeysMissing, UnknownOffice: the node must not start; each says what to mend.
        """
        directory = Directory.load(offices_file)
        directory.office(office)
        secrets = read_secrets(keys_dir)

        def parent_of(name: str) -> str | None:
            return directory.office(name).parent if name in directory else None

        keyring = Keyring.load(office, secrets, directory_file, keys_dir, parent_of=parent_of)
        sealing = [secrets.sealing, *(pair.sealing for pair in secrets.later.values())]
        sealer = Sealer(office, {key_id(key.public_key()): key for key in sealing}, keyring.sealing_key)
        return cls(directory, keyring, sealer, Vault(secrets.kek))

    @classmethod
    def of(cls, settings: Settings) -> OfficeIdentity:
        return cls.load(settings.office, settings.offices_file, settings.directory_file, settings.keys_dir)


def open_node(spec: NodeSpec, settings: Settings, *, bus_off: bool = False, clock: Callable[[], datetime] = utc_now) -> Node:
    """A node ready to be prepared and started.

    Args:
        bus_off: for maintenance commands that only need the database.
        clock: what time it is; another one is for tests and for the demo, whose story starts in the past.
    """
    from nodekit.node import Node

    identity = OfficeIdentity.of(settings)
    return Node(spec, settings, bus=_bus(settings, off=bus_off), identity=identity, clock=clock)


def _bus(settings: Settings, *, off: bool) -> Bus:
    if off or settings.bus == "none":
        from nodekit.bus.fake_bus import FakeNetwork

        return FakeNetwork().bus(settings.office)
    from nodekit.bus.connection import NatsAccess
    from nodekit.bus.keys import KeyFolder
    from nodekit.bus.nats_bus import NatsBus
    from nodekit.bus.topology import Topology
    from nodekit.settings import SettingsInvalid

    if settings.nats_seeds_dir is None:
        raise SettingsInvalid("配置项 nats_seeds_dir 缺失。", hint='请指定存放 NATS 凭据(app.nk 等)的文件夹,或设 bus = "none" 单机运行。')
    access = NatsAccess(settings.nats_url, KeyFolder(settings.nats_seeds_dir))
    return NatsBus(Topology.load(settings.offices_file), settings.office, access, _tracer_provider())


def _tracer_provider() -> TracerProvider | None:
    provider = trace.get_tracer_provider()
    return provider if isinstance(provider, TracerProvider) else None
