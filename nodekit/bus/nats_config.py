"""The nats-server configuration of one office, as text. Pure: the tree and public keys in, text out; no secret passes through.

Three kinds of account on each server (docs/architecture/bus.md):
    CORE       JetStream and the local users; never bound to a leaf connection
    L_UP       the link to the parent
    L_<child>_<end of its key>  one per child, holding imports of exactly the subjects that child may use, its source addresses pinned

Whatever a peer publishes or subscribes to beyond its link account goes nowhere. Users of CORE and SYS get in by the client port only: the
leaf port is open to the network, and a seed that was copied must be of no use there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nodekit.bus.policy import child_routes, publish_patterns
from nodekit.bus.streams import APP, CLUES, IN, OUT_DOWN, OUT_UP, RELAY, has_subscriber, mailbox
from nodekit.bus.topology import Office, Topology
from shared_schemas.subjects import DOWN, UP, from_anyone

LINK_API = "lk.dn.api"
"""Prefix under which a child sees the JetStream API of its parent: only its own mailbox."""
LINK_PREFIX = "lk."
"""The link relay puts it before `up.…` to publish into the parent's server instead of the own one."""
LEAF_SEED_FILE = "leaf-seed.conf"
LOCAL_ONLY = 'allowed_connection_types: ["STANDARD"]'

PublicKey = Callable[[str, str], str | None]
"""(office id, role) -> nkey public key, or None when the office has not handed one in yet."""


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """Where one server listens and keeps its files. `parent_url` is the parent's leaf address."""

    client_port: int
    leaf_port: int
    store_dir: str
    tls_dir: str
    listen: str = "127.0.0.1"
    parent_url: str | None = None
    monitor_port: int | None = None
    pid_file: str | None = None
    sync_interval: str = "always"
    max_file: str = "20GB"


@dataclass(frozen=True, slots=True)
class LinkAccounts:
    """Account blocks of the links, and what CORE exports to and imports from them."""

    blocks: list[str]
    exports: dict[str, list[str]]
    imports: list[str]


def server_config(topology: Topology, office_id: str, plan: ServerPlan, key: PublicKey) -> str:
    """Text of nats.conf. Children without a public key are left out: run again when they have one, and reload."""
    office = topology.office(office_id)
    links = _links(topology, office, key)
    exports = [f"{{ service: {service}, accounts: [{', '.join(accounts)}] }}" for service, accounts in links.exports.items()]
    return f"""# {office.id}  address {office.address}  parent {office.parent or "-"}. Generated; change offices.toml instead.
server_name: "{office.id}"
listen: "{plan.listen}:{plan.client_port}"
{_optional(plan)}max_payload: 1MB
ping_interval: "10s"
ping_max: 2
write_deadline: "10s"
feature_flags {{ js_ack_fc_v2: true }}   # acknowledgement subjects carry the domain: permissions can name it

jetstream {{
  store_dir: "{plan.store_dir}"
  domain: "{office.id}"
  sync_interval: {plan.sync_interval}
  max_mem: 64MB
  max_file: {plan.max_file}
}}

accounts {{
  SYS {{ users: [ {{ nkey: {_required(key, office.id, "sys")}, {LOCAL_ONLY} }} ] }}
  CORE {{
    jetstream: enabled
    users: {_block(_users(topology, office, key), 4)}
    exports: {_block(exports, 4)}
    imports: {_block(links.imports, 4)}
  }}
{"".join(links.blocks)}}}
system_account: SYS
{_leafnodes(office, plan)}"""


def _optional(plan: ServerPlan) -> str:
    text = f'http: "127.0.0.1:{plan.monitor_port}"\n' if plan.monitor_port else ""
    return text + (f'pid_file: "{plan.pid_file}"\n' if plan.pid_file else "")


def _required(key: PublicKey, office_id: str, role: str) -> str:
    public = key(office_id, role)
    if public is None:
        raise LookupError(f"no public key of {office_id} for {role}: run the generator for that office first")
    return public


# ---------------------------------------------------------------- users of the office itself


def _users(topology: Topology, office: Office, key: PublicKey) -> list[str]:
    publish = publish_patterns(topology, office)
    users = [
        _user(_required(key, office.id, "app"), publish + _reads(office, IN, APP), "_INBOX.app.>"),
        _user(_required(key, office.id, "prov"), PROVISIONER_SUBJECTS, "_INBOX.prov.>"),
    ]
    if office.parent:
        users.append(_user(_required(key, office.id, "relay"), _relay_subjects(office, office.parent), "_INBOX.relay.>"))
    if has_subscriber(office):
        users.append(_user(_required(key, office.id, "subscriber"), publish + _reads(office, IN, CLUES), "_INBOX.subscriber.>"))
    return users


PROVISIONER_SUBJECTS = [
    "$JS.API.INFO",
    "$JS.API.STREAM.CREATE.*",
    "$JS.API.STREAM.UPDATE.*",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.NAMES",
    "$JS.API.CONSUMER.CREATE.>",
    "$JS.API.CONSUMER.INFO.>",
    "$JS.API.CONSUMER.NAMES.*",
    "$JS.API.CONSUMER.DELETE.>",
]
"""Creates and repairs streams and consumers; no subject of a message, no fetch, no purge, no delete of a stream."""


def _relay_subjects(office: Office, parent_id: str) -> list[str]:
    remote = mailbox(office.id)
    return [
        f"{LINK_PREFIX}{UP}.>",
        from_anyone(DOWN, office.reach),
        f"{LINK_API}.CONSUMER.MSG.NEXT.{OUT_DOWN}.{remote}",
        f"{LINK_API}.CONSUMER.INFO.{OUT_DOWN}.{remote}",
        f"$JS.ACK.{parent_id}.*.{OUT_DOWN}.{remote}.>",
        *_reads(office, OUT_UP, RELAY),
    ]


def _reads(office: Office, stream: str, consumer: str) -> list[str]:
    return [
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}",
        f"$JS.API.CONSUMER.INFO.{stream}.{consumer}",
        f"$JS.ACK.{office.id}.*.{stream}.{consumer}.>",
    ]


def _user(public_key: str, publish: Iterable[str], inbox: str) -> str:
    allowed = "\n".join(f'          "{pattern}"' for pattern in publish)
    return f"""{{ nkey: {public_key}, {LOCAL_ONLY}
        permissions {{
          publish: {{ allow: [
{allowed}
          ] }}
          subscribe: {{ allow: [ "{inbox}" ] }}
        }} }}"""


# ---------------------------------------------------------------- links


def _links(topology: Topology, office: Office, key: PublicKey) -> LinkAccounts:
    links = LinkAccounts([], {}, [])
    if office.parent:
        _link_to_parent(office, office.parent, links)
    for child in topology.children(office.id):
        public_key = key(child.id, "leaf")
        if public_key:
            _link_to_child(topology, office, child, public_key, links)
    return links


def _link_to_parent(office: Office, parent_id: str, links: LinkAccounts) -> None:
    remote = mailbox(office.id)
    fetch, info = (f"{LINK_API}.CONSUMER.{verb}.{OUT_DOWN}.{remote}" for verb in ("MSG.NEXT", "INFO"))
    ack = f"$JS.ACK.{parent_id}.*.{OUT_DOWN}.{remote}.>"
    exports = [
        f'{{ service: "{UP}.>", accounts: [CORE] }}',
        f'{{ service: "{fetch}", response_type: stream, accounts: [CORE] }}',
        f'{{ service: "{info}", accounts: [CORE] }}',
        f'{{ service: "{ack}", accounts: [CORE] }}',
    ]
    links.blocks.append(f"  L_UP {{\n    exports: {_block(exports, 4)}\n  }}\n")
    links.imports.append(f'{{ service: {{ account: L_UP, subject: "{UP}.>" }}, to: "{LINK_PREFIX}{UP}.>" }}')
    links.imports.extend(f'{{ service: {{ account: L_UP, subject: "{name}" }} }}' for name in (fetch, info, ack))


def link_account(child_id: str, public_key: str) -> str:
    """Named after the key as well: a reload never closes a leaf connection, but it leaves one without its account deaf and mute.

    Under a name that outlived the key, whoever still holds the old one would go on, and keep the new one out (one leaf per account).
    """
    return f"L_{child_id.replace('-', '_')}_{public_key[-8:]}"


def _link_to_child(topology: Topology, hub: Office, child: Office, public_key: str, links: LinkAccounts) -> None:
    account = link_account(child.id, public_key)
    remote = mailbox(child.id)
    ack = f"$JS.ACK.{hub.id}.*.{OUT_DOWN}.{remote}.>"
    imports = []
    for route in child_routes(topology, hub, child):
        renamed = "" if route.from_child == route.in_hub else f', to: "{route.from_child}"'
        imports.append(f'{{ service: {{ account: CORE, subject: "{route.in_hub}" }}{renamed} }}')
        links.exports.setdefault(f'"{route.in_hub}"', []).append(account)
    for verb, streamed in (("MSG.NEXT", ", response_type: stream"), ("INFO", "")):
        name = f"CONSUMER.{verb}.{OUT_DOWN}.{remote}"
        imports.append(f'{{ service: {{ account: CORE, subject: "$JS.API.{name}" }}, to: "{LINK_API}.{name}" }}')
        links.exports.setdefault(f'"$JS.API.{name}"{streamed}', []).append(account)
    imports.append(f'{{ service: {{ account: CORE, subject: "{ack}" }} }}')
    links.exports.setdefault(f'"{ack}"', []).append(account)
    links.blocks.append(f"""  {account} {{
    users: [ {{ nkey: {public_key}, allowed_connection_types: ["LEAFNODE"]
        permissions {{
          publish: {{ allow: [ "{UP}.>", "{LINK_API}.CONSUMER.MSG.NEXT.{OUT_DOWN}.{remote}",
                             "{LINK_API}.CONSUMER.INFO.{OUT_DOWN}.{remote}", "{ack}" ] }}
          subscribe: {{ allow: [ "_R_.>" ] }}   # replies to its own requests
        }} }} ]
    limits {{ max_leafnodes: 1 }}
    imports: {_block(imports, 4)}
  }}
""")


def _leafnodes(office: Office, plan: ServerPlan) -> str:
    """Only inspection offices listen for leaves. They always do: a listener cannot be added by a reload."""
    lines = []
    if office.is_inspection:
        lines += [f'listen: "{plan.listen}:{plan.leaf_port}"', "no_advertise: true", "isolate_leafnode_interest: true"]
        lines.append(f"tls {{ {_tls_files(plan)}, verify: true, timeout: 5 }}")
    text = ""
    if plan.parent_url:
        text = f"include ./{LEAF_SEED_FILE}\n"
        lines.append(f"""reconnect: "1s"
  remotes: [ {{
    urls: [ "{plan.parent_url}" ]
    account: L_UP
    nkey: $LEAF_SEED
    tls {{ {_tls_files(plan)}, timeout: 5 }}
  }} ]""")
    body = "\n  ".join(lines)
    return f"{text}leafnodes {{\n  {body}\n}}\n"


def _tls_files(plan: ServerPlan) -> str:
    return f'cert_file: "{plan.tls_dir}/cert.pem", key_file: "{plan.tls_dir}/key.pem", ca_file: "{plan.tls_dir}/ca.pem", min_version: "1.3"'


def _block(items: list[str], indent: int) -> str:
    if not items:
        return "[]"
    pad = " " * indent
    return "[\n" + "\n".join(f"{pad}  {item}" for item in items) + f"\n{pad}]"
