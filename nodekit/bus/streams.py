"""The streams and consumers of one office, every option by name. Pure.

    IN   for this office: `app` for the node, and at discipline desks `clues` for the commission's own systems
    UP   for the parent: `relay`, read by this node's link relay
    DN   for children: one filtered consumer each, read by the child's link relay through the link

UP and DN hold what nobody has fetched yet (interest retention) and refuse what does not fit (discard new), per pair of offices:
one dead office fills its own share and blocks nobody. IN does the same, unless a second reader is allowed: a reader that
never comes must not stop the desk, so there the oldest goes first and age and size bound the stream. See docs/decisions/0002.
"""

from dataclasses import dataclass
from typing import Any

from nodekit.bus.topology import Office, Topology
from shared_schemas.subjects import DOWN, UP, from_anyone

SECOND_NS = 1_000_000_000
MAX_AGE_S = 7 * 24 * 3600
PAIR_MESSAGES_MAX = 512
"""Messages waiting for one pair of offices in one stream; eight windows of the delivery protocol."""
STREAM_BYTES_MAX = 2 * 1024**3
MESSAGE_BYTES_MAX = 1024 * 1024
BATCH = 64
"""Messages in flight per consumer: one batch of the application or of a link relay."""
ACK_WAIT_S = 15
LINK_ACK_WAIT_S = 5
"""Short: what a dying relay had asked for is handed to nobody, and waits this long before it is offered again."""

IN, OUT_UP, OUT_DOWN = "IN", "UP", "DN"
APP, RELAY, CLUES = "app", "relay", "clues"


@dataclass(frozen=True, slots=True)
class ConsumerPlan:
    """A durable pull consumer as the provisioner wants it."""

    stream: str
    name: str
    config: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """A stream as the provisioner wants it, with its consumers."""

    name: str
    config: dict[str, Any]
    consumers: tuple[ConsumerPlan, ...]


def has_subscriber(office: Office) -> bool:
    """Discipline commissions may read their clue stream with systems of their own."""
    return office.kind == "discipline"


def mailbox(child_id: str) -> str:
    """Name of the child's consumer on its parent's DN."""
    return f"c{child_id}"


def plan(topology: Topology, office_id: str) -> list[StreamPlan]:
    """Desired streams of one office. UP comes last: the link relay takes its presence for a complete set."""
    office = topology.office(office_id)
    plans = [_inbox(office)]
    children = topology.children(office_id)
    if children:
        consumers = [_consumer(OUT_DOWN, mailbox(child.id), from_anyone(DOWN, child.reach), LINK_ACK_WAIT_S) for child in children]
        plans.append(_outgoing(OUT_DOWN, [from_anyone(DOWN, child.reach) for child in children], consumers))
    ancestors = topology.ancestors(office_id)
    if ancestors:
        wanted = [from_anyone(UP, f"{above.address.place}.*") for above in ancestors] if office.is_inspection else [f"{UP}.>"]
        plans.append(_outgoing(OUT_UP, wanted, [_consumer(OUT_UP, RELAY, None, LINK_ACK_WAIT_S)]))
    return plans


def _inbox(office: Office) -> StreamPlan:
    subjects = [from_anyone(DOWN, office.address)] + ([from_anyone(UP, office.address)] if office.is_inspection else [])
    consumers = [_consumer(IN, APP, None, ACK_WAIT_S)]
    if not has_subscriber(office):
        return _outgoing(IN, subjects, consumers)
    consumers.append(_consumer(IN, CLUES, None, ACK_WAIT_S))
    config = _stream(IN, subjects) | {
        "retention": "limits",
        "discard": "old",
        "discard_new_per_subject": False,
        "max_msgs_per_subject": -1,
    }
    return StreamPlan(IN, config, tuple(consumers))


def _outgoing(name: str, subjects: list[str], consumers: list[ConsumerPlan]) -> StreamPlan:
    return StreamPlan(name, _stream(name, subjects), tuple(consumers))


def _stream(name: str, subjects: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "subjects": subjects,
        "retention": "interest",
        "discard": "new",
        "discard_new_per_subject": True,
        "max_msgs_per_subject": PAIR_MESSAGES_MAX,
        "max_msgs": -1,
        "max_bytes": STREAM_BYTES_MAX,
        "max_age": MAX_AGE_S * SECOND_NS,
        "max_msg_size": MESSAGE_BYTES_MAX,
        "max_consumers": -1,
        "storage": "file",
        "num_replicas": 1,
        "compression": "none",
        "duplicate_window": 120 * SECOND_NS,
        "allow_direct": False,
        "mirror_direct": False,
        "allow_rollup_hdrs": False,
        "deny_delete": False,
        "deny_purge": False,
        "sealed": False,
    }


def _consumer(stream: str, name: str, filter_subject: str | None, ack_wait_s: int) -> ConsumerPlan:
    config: dict[str, Any] = {
        "name": name,
        "durable_name": name,
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": ack_wait_s * SECOND_NS,
        "max_deliver": -1,
        "max_ack_pending": BATCH,
        "max_waiting": 64,
        "replay_policy": "instant",
        "num_replicas": 0,
    }
    if filter_subject:
        config["filter_subject"] = filter_subject
    return ConsumerPlan(stream, name, config)
