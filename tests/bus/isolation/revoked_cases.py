"""Credentials that open no door (any more): revoked, foreign, altered, none; as data, made when the keys are there."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodekit.bus.keys import KeyFolder, new_seed
from nodekit.bus.nats_config import LINK_API
from nodekit.bus.streams import mailbox
from tests.bus.isolation.by_hand import Credential
from tests.bus.isolation.doing import Allowed, Ask, Dial, Fetch, Kind, Listen, Tell
from tests.bus.isolation.ground import (
    CITY,
    CITY_DESK,
    CITY_DESK_2,
    CITY_DESK_3,
    COUNTY_A,
    COUNTY_B,
    COUNTY_C,
    DESK_A,
    DESK_A2,
    DESK_B,
    DESK_C,
    NAMES,
    PROVINCE,
    PROVINCE_DESK,
    PROVINCE_DESK_2,
)
from tests.bus.isolation.link_cases import reads
from tests.bus.isolation.local_cases import APP_ALLOWED

REMOVED_LEAF = Kind("leaf of a county, removed", COUNTY_B, "leaf", CITY)
REPLACED_LEAF = Kind("leaf of a county, key replaced", COUNTY_C, "leaf", CITY)
REPLACED_APP = Kind("local application, key replaced", COUNTY_A, "app", COUNTY_A)


def leaf_could(county: str, desk: str) -> list[Allowed]:
    return [
        *[Tell(NAMES.up(source, hub)) for source in (county, desk) for hub in (CITY, PROVINCE, PROVINCE_DESK)], Tell(NAMES.up(county, PROVINCE_DESK_2)),
        *[Tell(NAMES.up(county, desk), NAMES.down(county, desk)) for desk in (CITY_DESK, CITY_DESK_2, CITY_DESK_3)], *reads(CITY, county),
    ]


BEFORE: dict[Kind, list[Allowed]] = {
    REMOVED_LEAF: leaf_could(COUNTY_B, DESK_B), REPLACED_LEAF: leaf_could(COUNTY_C, DESK_C), REPLACED_APP: APP_ALLOWED,
}


def words_of(allowed: list[Allowed]) -> list[tuple[str, str]]:
    """(subject to speak to, pattern to listen to) for everything an allowed list contains."""
    subjects = []
    for case in allowed:
        if isinstance(case, Fetch):
            subjects += [f"{case.api}.CONSUMER.MSG.NEXT.{case.stream}.{case.consumer}", f"$JS.ACK.{case.stream}.{case.consumer}.1.1.1.1.0", case.planted]
        elif isinstance(case, Tell | Ask | Listen):
            subjects.append(case.subject)
    return [(subject, pattern) for subject in dict.fromkeys(subjects) for pattern in (">", subject)]


@dataclass(frozen=True, slots=True)
class Rejected:
    """Denied after a revocation: where it is tried, and the lines sent together with the introduction."""

    port: str
    server: str
    subject: str
    pattern: str

    @property
    def behind(self) -> str:
        verbs = ("PUB", f"SUB {self.pattern} 1") if self.port == "client" else ("LMSG", f"LS+ {self.pattern}")
        return f"{verbs[1]}\r\n{verbs[0]} {self.subject} 6\r\nforged\r\n"

    def dial(self, credential: Credential) -> Dial:
        return Dial(self.port, self.server, credential, behind=self.behind)


FORGED = [
    NAMES.up(COUNTY_A, CITY), NAMES.down(CITY, COUNTY_A), NAMES.down(CITY, COUNTY_B), NAMES.up(CITY, PROVINCE), NAMES.down(COUNTY_A, DESK_A),
    NAMES.down(COUNTY_A, DESK_A2), "$JS.API.STREAM.NAMES", "$JS.API.STREAM.DELETE.IN", "$JS.API.STREAM.PURGE.IN", "$JS.API.CONSUMER.CREATE.IN",
    "$SYS.REQ.SERVER.PING", "$SYS.REQ.USER.INFO", "lk." + NAMES.up(COUNTY_A, CITY), f"{LINK_API}.CONSUMER.INFO.DN.{mailbox(COUNTY_A)}", "$JS.ACK.IN.app.1.1.1.1.0",
]


def rejected(kind: Kind) -> list[Rejected]:
    """What it could, and what it never could, at the servers it knows."""
    home, port = kind.server, "leaf" if kind.role == "leaf" else "client"
    own = [Rejected(port, home, *words) for words in words_of(BEFORE[kind])]
    return own + [Rejected(port, server, subject, ">") for server in (home, PROVINCE, COUNTY_A if home == CITY else DESK_A) for subject in FORGED]


AFTER = {kind: rejected(kind) for kind in BEFORE}


# ---------------------------------------------------------------- never known


@dataclass(frozen=True, slots=True)
class Stranger:
    """A credential that was never good for this door: `make(folder)` with the folder of all offices."""

    name: str
    port: str
    server: str
    office_id: str = ""
    role: str = ""
    certificate: str = ""
    fields: tuple[tuple[str, Any], ...] = ()
    wrong_signature: bool = False
    encrypted: bool = True

    def dial(self, folder: Path) -> Dial:
        if self.role == "new":
            seed: str | None = new_seed()[0]
        else:
            seed = KeyFolder(folder / self.office_id / "keys").seed(self.role) if self.role else None
        tls = folder / self.certificate / "tls" if self.certificate else None
        credential = Credential(seed, tls, dict(self.fields), self.wrong_signature)
        verb = "PUB" if self.port == "client" else "LMSG"
        return Dial(self.port, self.server, credential, self.encrypted, behind=f"{verb} {NAMES.up(COUNTY_B, CITY)} 6\r\nforged\r\n")


ROLES = ("app", "prov", "relay", "leaf", "sys", "subscriber")
STRANGERS = [
    # keys of another office, or of another role, at a client port
    *[Stranger(f"{role} of {office}", "client", server, office, role)
      for server, office in itertools.product((PROVINCE, CITY, COUNTY_A, DESK_A), (COUNTY_B, DESK_B)) for role in ROLES],
    *[Stranger("leaf key as a client", "client", CITY, office, "leaf") for office in (COUNTY_A, COUNTY_B, CITY_DESK, CITY)],
    # client keys and foreign leaf keys at a leaf port
    *[Stranger(f"{role} at the leaf port", "leaf", CITY, COUNTY_A, role, COUNTY_A) for role in ROLES if role != "leaf"],
    *[Stranger(f"{role} of the hub itself", "leaf", CITY, CITY, role, COUNTY_A) for role in ROLES],
    *[Stranger("leaf of a stranger", "leaf", server, office, "leaf", office) for server, office in ((PROVINCE, COUNTY_A), (PROVINCE, CITY_DESK), (COUNTY_A, DESK_B))],
    # nothing, names, passwords, tokens
    *[Stranger("nothing", port, server, certificate=COUNTY_A) for port in ("client", "leaf") for server in (PROVINCE, CITY, COUNTY_A)],
    *[Stranger(f"fields {fields}", port, CITY, certificate=COUNTY_A, fields=fields) for port in ("client", "leaf") for fields in (
        (("user", "app"), ("pass", "app")), (("user", "CORE"), ("pass", "")), (("auth_token", "x"),), (("jwt", "eyJ.x.y"),), (("user", "sys"), ("pass", "sys")),
        (("account", "CORE"),), (("account", "SYS"),), (("no_auth_user", "app"),))],
    # a key nobody knows; a known one that does not prove itself
    *[Stranger("unknown key", port, server, role="new", certificate=COUNTY_A) for port in ("client", "leaf") for server in (PROVINCE, CITY, COUNTY_A)],
    *[Stranger("signature over another nonce", "client", server, server, "app", wrong_signature=True) for server in (PROVINCE, CITY, COUNTY_A, DESK_A)],
    *[Stranger("signature over another nonce", "leaf", CITY, office, "leaf", office, wrong_signature=True) for office in (COUNTY_B, CITY_DESK)],
    *[Stranger("right key, signature left out", "client", server, server, "app", fields=(("sig", ""),)) for server in (PROVINCE, CITY, COUNTY_A)],
    # the right leaf key without TLS, without a certificate, with one of nobody's making, into another account
    *[Stranger("without TLS", "leaf", CITY, office, "leaf", office, encrypted=False) for office in (COUNTY_B, CITY_DESK)],
    *[Stranger("without certificate", "leaf", CITY, office, "leaf") for office in (COUNTY_B, CITY_DESK)],
    *[Stranger("certificate of its own making", "leaf", CITY, office, "leaf", "rogue") for office in (COUNTY_B, CITY_DESK)],
    *[Stranger(f"into account {account}", "leaf", CITY, office, "leaf", office, fields=(("account", account),))
      for office in (COUNTY_B, CITY_DESK) for account in ("CORE", "SYS", "L_UP", "$G", "L_990121_inspection")],
    # a leaf, a router or a gateway at the other kind of port
    Stranger("leaf protocol at the client port", "client", CITY, COUNTY_B, "leaf", fields=(("is_hub", True), ("remote_account", "CORE"))),
    Stranger("client protocol at the leaf port", "leaf", CITY, CITY, "app", COUNTY_A, fields=(("lang", "go"), ("protocol", 1))),
]
