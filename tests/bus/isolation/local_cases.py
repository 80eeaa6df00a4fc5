"""Users of an office's own server: what each may not and may do, as data."""

from nodekit.bus.nats_config import LINK_API
from nodekit.bus.streams import mailbox
from tests.bus.isolation.calls import INTERNAL, SYSTEM, account_calls, acknowledgements, api_calls
from tests.bus.isolation.doing import Allowed, Ask, Denied, Fetch, Header, Hear, Kind, Lines, Listen, Say, Tell
from tests.bus.isolation.ground import (
    CITY,
    CITY_2,
    CITY_DESK,
    CITY_DESK_2,
    CITY_DESK_3,
    COUNTY_2,
    COUNTY_A,
    COUNTY_B,
    DESK_A,
    DESK_A2,
    DESK_B,
    NAMES,
    PROVINCE,
    PROVINCE_DESK,
    PROVINCE_DESK_2,
)

APP = Kind("local application of a county", COUNTY_A, "app", COUNTY_A)
PROVISIONER = Kind("provisioner", COUNTY_A, "prov", COUNTY_A)
RELAY = Kind("link relay", COUNTY_A, "relay", COUNTY_A)
SUBSCRIBER = Kind("subscriber of a commission", DESK_A, "subscriber", DESK_A)

WORDS = (b"+ACK", b"-NAK", b"+WPI", b"+TERM")
ASKS = (
    b'{"batch":1,"no_wait":true}', b'{"batch":2,"no_wait":true}', b'{"batch":1,"expires":4000000000,"max_bytes":4096}',
    b'{"batch":1,"expires":4000000000,"idle_heartbeat":1000000000}', b"",
)


def listening(*, own_inbox: str) -> list[Denied]:
    """Wildcards, others' inboxes, systems: nobody but the owner of an inbox hears anything."""
    to_a, to_b = NAMES.down(CITY, COUNTY_A), NAMES.down(CITY, COUNTY_B)
    inboxes = [name for name in ("_INBOX.app", "_INBOX.prov", "_INBOX.relay", "_INBOX.subscriber", "_INBOX.sys") if name != own_inbox]
    pairs = [
        (">", to_b), ("*.>", to_b), ("up.>", NAMES.up(COUNTY_B, CITY)), ("dn.>", to_b), (to_a, to_a), ("lk.>", f"lk.{to_b}"), ("$JS.>", "$JS.FC.IN.app.a"),
        ("$SYS.>", "$SYS.ACCOUNT.CORE.b"), ("_INBOX.>", "_INBOX.other.c"), ("*.*.*", "_INBOX.other.d"), ("_R_.>", "_R_.e.f"), ("> group", to_b),
        ("$JS.ACK.>", "$JS.ACK.IN.app.1.1.1.1.0"), ("$JS.API.>", "$JS.API.CONSUMER.MSG.NEXT.IN.app"),
    ]
    return [Hear(pattern, bait) for pattern, bait in pairs] + [Hear(f"{name}.>", f"{name}.g") for name in inboxes]


def strange_lines(victim: str) -> list[Denied]:
    """What routes, gateways, leaves and accounts say to each other, from a client."""
    return [
        Lines(f"RMSG CORE {victim} 6\nforged\n"), Lines(f"LMSG {victim} 6\nforged\n"), Lines("LS+ >\n"), Lines("RS+ CORE >\n"), Lines("A+ CORE\n"),
        Lines('INFO {"server_id":"x","gateway":"x"}\n'), Lines(f"MSG {victim} 1 6\nforged\n"), Lines(f"PUB {victim}\x00 6\nforged\n"),
        Lines(f"PUB up.> 6\nforged\nPUB {victim.replace('.', '..')} 6\nforged\n"),
    ]


def headers(subject: str, victim: str) -> list[Denied]:
    """A permitted message that would like to purge, expire, schedule, count, or be traced to somebody else."""
    lines = ("Nats-Rollup: all", "Nats-Rollup: sub", "Nats-Expected-Last-Sequence: 999999", "Nats-TTL: 1s", "Nats-Expected-Stream: OTHER", "Nats-Incr: +1")
    return [Header(subject, line) for line in lines] + [
        Header(subject, f"Nats-Trace-Dest: {victim}", victim), Header(subject, f"Nats-Trace-Dest: {victim}\r\nNats-Trace-Only: true", victim),
    ]


FORGED_BY_A = [
    NAMES.up(COUNTY_B, CITY), NAMES.up(COUNTY_B, PROVINCE), NAMES.up(DESK_A, CITY), NAMES.up(DESK_A, COUNTY_A), NAMES.up(CITY, PROVINCE),
    NAMES.down(CITY, COUNTY_A), NAMES.down(CITY, DESK_A), NAMES.down(PROVINCE, COUNTY_A), NAMES.down(COUNTY_A, COUNTY_B), NAMES.up(COUNTY_A, COUNTY_B),
    NAMES.up(COUNTY_A, DESK_B), NAMES.up(COUNTY_A, CITY_2), NAMES.up(COUNTY_A, COUNTY_2), NAMES.up(COUNTY_A, CITY) + ".more", NAMES.up(COUNTY_A, CITY)[:-11],
    "lk." + NAMES.up(COUNTY_A, CITY), "lk." + NAMES.up(COUNTY_B, CITY), NAMES.up(COUNTY_A, COUNTY_A), NAMES.down(COUNTY_A, CITY),
]
NEXT_AND_INFO = frozenset(("CONSUMER.INFO.{s}.{c}", "CONSUMER.MSG.NEXT.{s}.{c}"))
READS_APP = [
    *[Fetch("$JS.API", "IN", "app", NAMES.down(CITY, COUNTY_A), word) for word in WORDS],
    *[Fetch("$JS.API", "IN", "app", NAMES.up(DESK_A, COUNTY_A), b"+ACK", ask) for ask in ASKS],
]
APP_DENIED: list[Denied] = [
    *map(Say, FORGED_BY_A), *map(Say, api_calls("$JS.API", "IN", "app", without=NEXT_AND_INFO)), *map(Say, api_calls("$JS.API", "UP", "relay")),
    *map(Say, api_calls(f"$JS.{CITY}.API", "DN", mailbox(COUNTY_B))), *map(Say, account_calls("$JS.API")), *map(Say, SYSTEM + INTERNAL),
    *map(Say, acknowledgements(COUNTY_A, "UP", "relay") + acknowledgements(CITY, "DN", mailbox(COUNTY_A))),
    *listening(own_inbox="_INBOX.app"), *headers(NAMES.up(COUNTY_A, CITY), NAMES.down(CITY, DESK_A)), *strange_lines(NAMES.down(CITY, DESK_A)),
]
APP_ALLOWED: list[Allowed] = [
    *[Tell(NAMES.up(COUNTY_A, above)) for above in (CITY, CITY_DESK, CITY_DESK_2, CITY_DESK_3, PROVINCE, PROVINCE_DESK, PROVINCE_DESK_2)],
    *[Tell(NAMES.down(COUNTY_A, desk)) for desk in (DESK_A, DESK_A2)],
    Ask("$JS.API.CONSUMER.INFO.IN.app"), Listen("_INBOX.app.one"), Listen("_INBOX.app.one.two"), *READS_APP,
]

PROVISIONER_MAY = frozenset((
    "STREAM.CREATE.{s}", "STREAM.UPDATE.{s}", "STREAM.INFO.{s}", "CONSUMER.CREATE.{s}", "CONSUMER.CREATE.{s}.mine", "CONSUMER.CREATE.{s}.mine.>",
    "CONSUMER.NAMES.{s}", "CONSUMER.DELETE.{s}.{c}", "CONSUMER.INFO.{s}.{c}",
))
PROVISIONER_DENIED: list[Denied] = [
    *map(Say, api_calls("$JS.API", "IN", "app", without=PROVISIONER_MAY)), *map(Say, api_calls("$JS.API", "UP", "relay", without=PROVISIONER_MAY)),
    *map(Say, api_calls(f"$JS.{CITY}.API", "DN", mailbox(COUNTY_A))), *map(Say, account_calls("$JS.API", without=frozenset(("INFO", "STREAM.NAMES")))),
    *map(Say, SYSTEM + INTERNAL), *map(Say, FORGED_BY_A), Say(NAMES.up(COUNTY_A, CITY)), Say(NAMES.down(COUNTY_A, DESK_A)),
    *map(Say, acknowledgements(COUNTY_A, "IN", "app") + acknowledgements(COUNTY_A, "UP", "relay")),
    *listening(own_inbox="_INBOX.prov"), *strange_lines(NAMES.down(CITY, DESK_A)),
]
PROVISIONER_ALLOWED: list[Allowed] = [
    Ask("$JS.API.INFO"), Ask("$JS.API.STREAM.NAMES"), *[Ask(f"$JS.API.STREAM.INFO.{stream}") for stream in ("IN", "UP", "DN")],
    *[Ask(f"$JS.API.CONSUMER.NAMES.{stream}") for stream in ("IN", "UP", "DN")],
    *[Ask(f"$JS.API.CONSUMER.INFO.{name}") for name in ("IN.app", "UP.relay", f"DN.{mailbox(DESK_A)}", f"DN.{mailbox(DESK_A2)}")],
    Ask("$JS.API.STREAM.CREATE.SPARE", b'{"name":"SPARE","subjects":["spare.>"],"storage":"memory"}'),
    Ask("$JS.API.STREAM.UPDATE.SPARE", b'{"name":"SPARE","subjects":["spare.>"],"storage":"memory","max_msgs":5}'),
    *[
        Ask(f"$JS.API.CONSUMER.CREATE.SPARE.{name}", b'{"stream_name":"SPARE","config":{"name":"%s","durable_name":"%s","ack_policy":"explicit"}}' % (name.encode(), name.encode()))
        for name in ("one", "two")
    ],
    Ask("$JS.API.CONSUMER.NAMES.SPARE"), Ask("$JS.API.CONSUMER.INFO.SPARE.one"), Ask("$JS.API.CONSUMER.DELETE.SPARE.one"), Ask("$JS.API.CONSUMER.DELETE.SPARE.two"),
    Listen("_INBOX.prov.one"), Listen("_INBOX.prov.one.two"),
]

FROM_CITY, LINK_BOX = NAMES.down(CITY, COUNTY_A), f"DN.{mailbox(COUNTY_A)}"
RELAY_DENIED: list[Denied] = [
    *map(Say, [name for name in FORGED_BY_A if not name.startswith("lk.") and name not in (FROM_CITY, NAMES.down(CITY, DESK_A), NAMES.down(PROVINCE, COUNTY_A))]),
    *map(Say, api_calls("$JS.API", "IN", "app")), *map(Say, api_calls("$JS.API", "UP", "relay", without=NEXT_AND_INFO)),
    *map(Say, api_calls(LINK_API, "DN", mailbox(COUNTY_B))), *map(Say, api_calls(LINK_API, "DN", mailbox(COUNTY_A), without=NEXT_AND_INFO)),
    *map(Say, account_calls("$JS.API")), *map(Say, SYSTEM + INTERNAL), Say(NAMES.up(COUNTY_A, CITY)), Say(NAMES.down(CITY, COUNTY_B)), Say(NAMES.down(COUNTY_A, CITY)),
    *map(Say, acknowledgements(COUNTY_A, "IN", "app") + acknowledgements(CITY, "DN", mailbox(COUNTY_B))),
    *listening(own_inbox="_INBOX.relay"), *strange_lines(NAMES.up(COUNTY_B, CITY)),
]
RELAY_ALLOWED: list[Allowed] = [
    *[Tell("lk." + NAMES.up(COUNTY_A, above), "lk." + NAMES.up(COUNTY_A, above)) for above in (CITY, CITY_DESK, CITY_DESK_2, CITY_DESK_3, PROVINCE, PROVINCE_DESK)],
    *[Tell(NAMES.down(above, COUNTY_A)) for above in (CITY, PROVINCE, CITY_DESK)], *[Tell(NAMES.down(above, DESK_A)) for above in (CITY, PROVINCE, CITY_DESK)],
    Ask("$JS.API.CONSUMER.INFO.UP.relay"), Ask(f"{LINK_API}.CONSUMER.INFO.{LINK_BOX}"), Listen("_INBOX.relay.one"), Listen("_INBOX.relay.one.two"),
    *[Fetch("$JS.API", "UP", "relay", NAMES.up(COUNTY_A, CITY), word) for word in WORDS],
    *[Fetch("$JS.API", "UP", "relay", NAMES.up(DESK_A, CITY), b"+ACK", ask) for ask in ASKS],
]

FORGED_BY_DESK = [
    NAMES.up(COUNTY_A, CITY), NAMES.up(DESK_B, CITY_DESK), NAMES.up(DESK_A2, COUNTY_A), NAMES.up(COUNTY_A, DESK_A), NAMES.down(COUNTY_A, DESK_A),
    NAMES.down(CITY, DESK_A), NAMES.down(PROVINCE, DESK_A), NAMES.up(DESK_A, COUNTY_B), NAMES.up(DESK_A, DESK_A2), NAMES.up(DESK_A, CITY_DESK_2),
    NAMES.up(DESK_A, CITY_DESK_3), NAMES.up(DESK_A, PROVINCE_DESK_2), NAMES.up(DESK_A, CITY_2), NAMES.down(DESK_A, COUNTY_A), "lk." + NAMES.up(DESK_A, COUNTY_A),
    NAMES.up(DESK_A, DESK_B), NAMES.up(DESK_A, COUNTY_A) + ".more",
]
SUBSCRIBER_DENIED: list[Denied] = [
    *map(Say, FORGED_BY_DESK), *map(Say, api_calls("$JS.API", "IN", "app")), *map(Say, api_calls("$JS.API", "IN", "clues", without=NEXT_AND_INFO)),
    *map(Say, api_calls("$JS.API", "UP", "relay")), *map(Say, api_calls(f"$JS.{COUNTY_A}.API", "DN", mailbox(DESK_A))), *map(Say, account_calls("$JS.API")),
    *map(Say, SYSTEM + INTERNAL), *map(Say, acknowledgements(DESK_A, "IN", "app") + acknowledgements(DESK_A, "UP", "relay")),
    *listening(own_inbox="_INBOX.subscriber"), *headers(NAMES.up(DESK_A, COUNTY_A), NAMES.down(CITY, DESK_A)), *strange_lines(NAMES.down(COUNTY_A, DESK_A)),
]
SUBSCRIBER_ALLOWED: list[Allowed] = [
    *[Tell(NAMES.up(DESK_A, above)) for above in (COUNTY_A, CITY, CITY_DESK, PROVINCE, PROVINCE_DESK)],
    Ask("$JS.API.CONSUMER.INFO.IN.clues"), *[Listen(f"_INBOX.subscriber.{name}") for name in ("one", "one.two", "three", "four.five.six")],
    *[Fetch("$JS.API", "IN", "clues", NAMES.down(COUNTY_A, DESK_A), word) for word in WORDS],
    *[Fetch("$JS.API", "IN", "clues", NAMES.down(above, DESK_A), b"+ACK", ask) for above in (CITY, CITY_DESK) for ask in ASKS],
]
CASES: dict[Kind, tuple[list[Denied], list[Allowed]]] = {
    APP: (APP_DENIED, APP_ALLOWED),
    PROVISIONER: (PROVISIONER_DENIED, PROVISIONER_ALLOWED),
    RELAY: (RELAY_DENIED, RELAY_ALLOWED),
    SUBSCRIBER: (SUBSCRIBER_DENIED, SUBSCRIBER_ALLOWED),
}
