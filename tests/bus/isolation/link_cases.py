"""Hostile servers behind a link: a county at its city, a desk at its city, a city at the province, as data.

They speak the leaf protocol by hand, so nothing of their own holds them back; what holds is the hub.
"""

from nodekit.bus.nats_config import LINK_API
from nodekit.bus.streams import mailbox
from tests.bus.isolation.calls import INTERNAL, SYSTEM, account_calls, acknowledgements, api_calls
from tests.bus.isolation.doing import Allowed, Ask, Denied, Fetch, Header, Hear, Kind, Lines, Say, Tell
from tests.bus.isolation.ground import (
    CITY,
    CITY_2,
    CITY_2_DESK,
    CITY_DESK,
    CITY_DESK_2,
    CITY_DESK_3,
    COUNTY_2,
    COUNTY_3,
    COUNTY_A,
    COUNTY_B,
    COUNTY_C,
    DESK_2,
    DESK_A,
    DESK_B,
    DESK_C,
    NAMES,
    PROVINCE,
    PROVINCE_DESK,
    PROVINCE_DESK_2,
)
from tests.bus.isolation.local_cases import ASKS, NEXT_AND_INFO, WORDS

COUNTY_LEAF = Kind("leaf of a county at its city", COUNTY_C, "leaf", CITY)
FALSE_HUB = Kind("leaf of a county that claims to be the hub", COUNTY_C, "leaf", CITY, (("is_hub", True),))
"""nats-server does not check the user's permissions of such a leaf; what holds it is the account alone."""
DESK_LEAF = Kind("leaf of a desk at its city", CITY_DESK, "leaf", CITY)
CITY_LEAF = Kind("leaf of a city at the province", CITY_2, "leaf", PROVINCE)


def calls_denied(hub: str, own: str, other: str) -> list[Denied]:
    """The hub's JetStream, under every name a leaf could call it by; of the own mailbox all but reading."""
    reached = api_calls(LINK_API, "DN", mailbox(own), without=NEXT_AND_INFO) + api_calls(LINK_API, "DN", mailbox(other))
    reached += api_calls("$JS.API", "DN", mailbox(own)) + api_calls(f"$JS.{hub}.API", "DN", mailbox(other)) + api_calls(f"$JS.{hub}.API", "IN", "app")
    reached += account_calls(LINK_API) + account_calls("$JS.API") + account_calls(f"$JS.{hub}.API") + account_calls("$JS.by-hand.API")
    reached += acknowledgements(hub, "DN", mailbox(other)) + acknowledgements(hub, "IN", "app") + acknowledgements(hub, "UP", "relay")
    return list(map(Say, reached + list(SYSTEM + INTERNAL)))


def listening(hub: str, own: str, other: str) -> list[Denied]:
    """What is said in the hub's CORE, to others and even to oneself, is not heard behind a link; messages are fetched."""
    to_other, to_self, from_other = NAMES.down(hub, other), NAMES.down(hub, own), NAMES.up(other, hub)
    pairs = [
        (">", to_other), ("*.>", to_other), ("dn.>", to_other), ("dn.>", to_self), (to_self, to_self), (to_other, to_other), ("up.>", from_other),
        (from_other, from_other), ("$JS.>", "$JS.FC.IN.app.a"), ("$JS.ACK.>", f"$JS.ACK.{hub}.x.DN.{mailbox(other)}.1.1.1.1.0"), ("lk.>", f"lk.{to_other}"),
        ("_INBOX.>", "_INBOX.app.a"), ("_INBOX.app.>", "_INBOX.app.b"), ("_INBOX.relay.>", "_INBOX.relay.c"), ("_R_.>", "_R_.another.d"), ("$SYS.>", "$SYS.e"),
        ("> group 1", to_other), (f"{LINK_API}.>", f"{LINK_API}.CONSUMER.MSG.NEXT.DN.{mailbox(other)}"), ("$JSC.>", "$JSC.R.f"),
    ]
    return [Hear(pattern, bait) for pattern, bait in pairs]


def tricks(own: str, hub: str, victim: str) -> list[Denied]:
    """Replies and headers by which the hub would speak for us, lines of routes and gateways, malformed subjects."""
    honest = NAMES.up(own, hub)
    return [
        Header(honest, "Nats-Rollup: all"), Header(honest, "Nats-Rollup: sub"), Header(honest, "Nats-TTL: 1s"), Header(honest, "Nats-Incr: +1"),
        Header(honest, "Nats-Expected-Stream: OTHER"), Header(honest, f"Nats-Trace-Dest: {victim}", victim),
        Header(honest, f"Nats-Trace-Dest: {victim}\r\nNats-Trace-Only: true", victim), Header(honest, f"Nats-Trace-Dest: {victim}\r\nNats-Trace-Hop: 1", victim),
        Lines(f"LMSG {victim} + x y 6\nforged\n"), Lines(f"LMSG {victim} | q 6\nforged\n"), Lines(f"RMSG CORE {victim} 6\nforged\n"), Lines("RS+ CORE >\n"),
        Lines("LS+ $LDS.abc >\n"), Lines("A+ CORE\n"), Lines(f"PUB {victim} 6\nforged\n"), Lines("SUB > 1\n"), Lines(f"LMSG {victim}\x00 6\nforged\n"),
        Lines('INFO {"server_id":"x","remote_account":"CORE","is_hub":true}\n'), Lines('CONNECT {"remote_account":"CORE","is_hub":true}\n'),
    ]


COUNTY_FORGED = [
    NAMES.up(COUNTY_B, CITY), NAMES.up(COUNTY_B, PROVINCE), NAMES.up(COUNTY_B, CITY_DESK), NAMES.up(DESK_B, CITY), NAMES.up(CITY, PROVINCE),
    NAMES.up(PROVINCE, CITY), NAMES.up(CITY_DESK, CITY), NAMES.up(CITY_2, PROVINCE), NAMES.up(COUNTY_2, PROVINCE), NAMES.down(CITY, COUNTY_B),
    NAMES.down(PROVINCE, COUNTY_B), NAMES.down(CITY, CITY_DESK), NAMES.down(COUNTY_C, COUNTY_B), NAMES.down(COUNTY_C, CITY), NAMES.down(COUNTY_C, CITY_DESK),
    NAMES.up(COUNTY_C, COUNTY_B), NAMES.up(COUNTY_C, DESK_B), NAMES.up(COUNTY_C, CITY_2), NAMES.up(COUNTY_C, CITY_2_DESK), NAMES.up(DESK_C, CITY_DESK_2),
    NAMES.up("990123-organization", CITY_DESK), NAMES.up(COUNTY_C, CITY) + ".more", "lk." + NAMES.up(COUNTY_B, CITY), "lk." + NAMES.up(COUNTY_C, CITY),
]
COUNTY_MAY = [
    *[Tell(NAMES.up(source, hub)) for source in (COUNTY_C, DESK_C) for hub in (CITY, PROVINCE, PROVINCE_DESK)], Tell(NAMES.up(COUNTY_C, PROVINCE_DESK_2)),
    *[Tell(NAMES.up(COUNTY_C, desk), NAMES.down(COUNTY_C, desk)) for desk in (CITY_DESK, CITY_DESK_2, CITY_DESK_3)],
    Tell(NAMES.up(DESK_C, CITY_DESK), NAMES.down(DESK_C, CITY_DESK)),
]
DESK_FORGED = [
    NAMES.up(CITY, PROVINCE), NAMES.up(CITY_DESK_2, CITY), NAMES.up(COUNTY_A, CITY), NAMES.up(DESK_A, CITY), NAMES.up(DESK_A, PROVINCE), NAMES.up(PROVINCE, CITY),
    NAMES.up(CITY_2, PROVINCE), NAMES.up(COUNTY_A, PROVINCE), NAMES.down(CITY, COUNTY_A), NAMES.down(CITY, DESK_A), NAMES.down(PROVINCE, COUNTY_A),
    NAMES.down(CITY_DESK, COUNTY_A), NAMES.down(CITY_DESK, DESK_A), NAMES.down(CITY_DESK, CITY), NAMES.up(CITY_DESK, CITY_DESK_2),
    NAMES.up(CITY_DESK, "990121-organization"), NAMES.up(CITY_DESK, CITY_2), NAMES.up(CITY_DESK, COUNTY_2), NAMES.up(CITY_DESK, DESK_2),
    NAMES.up(CITY_DESK, CITY) + ".more", "lk." + NAMES.up(CITY_DESK, CITY), NAMES.up(CITY, COUNTY_A), NAMES.up(DESK_A, COUNTY_A),
]
DESK_MAY = [
    *[Tell(NAMES.up(CITY_DESK, hub)) for hub in (CITY, PROVINCE, PROVINCE_DESK)],
    *[Tell(NAMES.up(CITY_DESK, below), NAMES.down(CITY_DESK, below)) for below in (COUNTY_A, COUNTY_B, COUNTY_C, DESK_A, DESK_B, DESK_C)],
]
CITY_FORGED = [
    NAMES.up(CITY, PROVINCE), NAMES.up(COUNTY_A, PROVINCE), NAMES.up(DESK_A, PROVINCE), NAMES.up(CITY_DESK, PROVINCE), NAMES.up(COUNTY_B, PROVINCE_DESK),
    NAMES.up(PROVINCE_DESK, PROVINCE), NAMES.up(PROVINCE, PROVINCE), NAMES.down(PROVINCE, CITY), NAMES.down(PROVINCE, COUNTY_A), NAMES.down(CITY, COUNTY_A),
    NAMES.down(PROVINCE_DESK, CITY), NAMES.down(CITY_2, PROVINCE_DESK), NAMES.down(CITY_2, CITY), NAMES.up(CITY_2, CITY), NAMES.up(CITY_2, COUNTY_A),
    NAMES.up(CITY_2, CITY_DESK), NAMES.up(COUNTY_2, CITY), NAMES.up(CITY_2_DESK, PROVINCE_DESK_2), NAMES.up(DESK_2, PROVINCE_DESK_2), NAMES.up(CITY_2_DESK, CITY_DESK),
    NAMES.up(CITY_2, PROVINCE) + ".more", "lk." + NAMES.up(CITY_2, PROVINCE), NAMES.up("990221-organization", PROVINCE_DESK),
]
CITY_MAY = [
    *[Tell(NAMES.up(source, PROVINCE)) for source in (CITY_2, CITY_2_DESK, COUNTY_2, COUNTY_3, DESK_2)],
    *[Tell(NAMES.up(source, desk), NAMES.down(source, desk)) for source in (CITY_2, COUNTY_2, COUNTY_3) for desk in (PROVINCE_DESK, PROVINCE_DESK_2)],
    *[Tell(NAMES.up(source, PROVINCE_DESK), NAMES.down(source, PROVINCE_DESK)) for source in (CITY_2_DESK, DESK_2)],
]


def reads(hub: str, own: str) -> list[Allowed]:
    """The own mailbox: asked about, pulled in every way, acknowledged in every way."""
    planted = NAMES.down(hub, own)
    return [
        Ask(f"{LINK_API}.CONSUMER.INFO.DN.{mailbox(own)}"), *[Fetch(LINK_API, "DN", mailbox(own), planted, word) for word in WORDS],
        *[Fetch(LINK_API, "DN", mailbox(own), planted, b"+ACK", ask) for ask in ASKS],
        *[Fetch(LINK_API, "DN", mailbox(own), planted, b"+TERM", ask) for ask in ASKS],
    ]


COUNTY_CASES: tuple[list[Denied], list[Allowed]] = (
    [*map(Say, COUNTY_FORGED), *calls_denied(CITY, COUNTY_C, COUNTY_A), *listening(CITY, COUNTY_C, COUNTY_B), *tricks(COUNTY_C, CITY, NAMES.down(CITY, COUNTY_B))],
    [*COUNTY_MAY, *reads(CITY, COUNTY_C)],
)
CASES: dict[Kind, tuple[list[Denied], list[Allowed]]] = {
    COUNTY_LEAF: COUNTY_CASES,
    FALSE_HUB: COUNTY_CASES,
    DESK_LEAF: (
        [*map(Say, DESK_FORGED), *calls_denied(CITY, CITY_DESK, COUNTY_A), *listening(CITY, CITY_DESK, COUNTY_B), *tricks(CITY_DESK, CITY, NAMES.down(CITY, COUNTY_B))],
        [*DESK_MAY, *reads(CITY, CITY_DESK)],
    ),
    CITY_LEAF: (
        [*map(Say, CITY_FORGED), *calls_denied(PROVINCE, CITY_2, CITY), *listening(PROVINCE, CITY_2, CITY), *tricks(CITY_2, PROVINCE, NAMES.down(PROVINCE, CITY))],
        [*CITY_MAY, *reads(PROVINCE, CITY_2)],
    ),
}
