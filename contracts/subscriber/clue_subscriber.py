"""Read a discipline commission's clue stream with a program of your own. Needs nats-py (with nkeys) and cryptography, nothing of Liandong.

    python clue_subscriber.py --server nats://127.0.0.1:4222 --nkey clues.nk --office 990121-discipline \
        --keys keys/ --directory directory.json --state subscriber.json --count 1

For every packet on the desk's stream it verifies the sender's signature and the chain, opens what is sealed to the desk, prints one JSON
line per event, and answers with a signed receipt, so that the sender's ledger shows 已接收. Everything it relies on is written in
docs/architecture/delivery.md and in contracts/events/; this file is that text in 300 lines and may be translated into any language.
It takes the place of a Liandong node at the desk: run one of the two, not both, because either may answer.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import struct
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import nats
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SUITE = "intl-1"
HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
FETCH = 50


class NotAcceptable(Exception):
    """Forged, altered or out of order; printed to stderr, never answered."""


# --- bytes -----------------------------------------------------------------------------------------------------------------------


def jcs(value: Any) -> bytes:
    """RFC 8785 for what this protocol uses: text, integers, booleans, lists, objects with ASCII keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def digest(tag: bytes, data: bytes) -> str:
    return sha256(tag + b"\0" + data).hexdigest()


def fingerprint(public: Ed25519PublicKey) -> str:
    return sha256(public.public_bytes_raw()).hexdigest()


# --- keys ------------------------------------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """The desk's own keys and the public keys of everybody, from the directory signed by the province."""

    office: str
    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey
    sealing_kid: str
    peers: dict[str, Ed25519PublicKey]

    @classmethod
    def load(cls, office: str, keys: Path, directory: Path) -> Desk:
        root = Ed25519PublicKey.from_public_bytes(base64.b64decode((keys / "root.pub").read_bytes()))
        document = json.loads(directory.read_text(encoding="utf-8"))
        signature = unb64(document.pop("sig"))
        root.verify(signature, b"dir1\0" + jcs(document))
        peers = {name: Ed25519PublicKey.from_public_bytes(unb64(entry["signing"])) for name, entry in document["offices"].items()}
        sealing = load_pem_private_key((keys / "sealing.key").read_bytes(), None)
        signing = load_pem_private_key((keys / "signing.key").read_bytes(), None)
        kid = sha256(sealing.public_key().public_bytes_raw()).hexdigest()[:16]
        return cls(office, signing, sealing, kid, peers)

    def sign(self, tag: bytes, data: bytes) -> tuple[str, str]:
        """(key id, signature as base64url)."""
        return fingerprint(self.signing.public_key())[:16], b64(self.signing.sign(tag + b"\0" + data))

    def verify(self, office: str, kid: str, signature: str, signed: bytes) -> None:
        key = self.peers.get(office)
        if key is None or fingerprint(key)[:16] != kid:
            raise NotAcceptable(f"no key {kid} of {office}")
        key.verify(unb64(signature), signed)


# --- reading a transmission ------------------------------------------------------------------------------------------------------


def open_wire(desk: Desk, source: str, data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Head and payload lines of a transmission whose signature, sender and addressee are right."""
    first, _, content = data.partition(b"\n")
    form, suite, kid, signature = first.decode("ascii").split(" ")
    if (form, suite) != ("wir1", SUITE):
        raise NotAcceptable("unknown format")
    desk.verify(source, kid, signature, b"wir1\0" + content)
    head_line, *lines = content.split(b"\n")
    head = json.loads(head_line)
    if jcs(head) != head_line or head["f"] != source or head["t"] != desk.office:
        raise NotAcceptable("not canonical, or not from or for whom it says")
    return head, lines


def read_run(desk: Desk, source: str, body: dict[str, Any], lines: list[bytes], cursor: int, held: str) -> list[tuple[int, str, bytes]]:
    """(number, link hash, event) of a run that continues the channel; [] when it is an old one.

    Raises:
        NotAcceptable: a gap, a broken chain, or a run whose last link was not signed by the sender.
    """
    channel, prev, links = f"{source}>{desk.office}", body["prev"], []
    for seq, line in enumerate(lines, start=body["seq"]):
        link = {"ch": channel, "eh": digest(b"evt1", line), "kid": body["kid"], "prev": prev, "seq": seq, "suite": SUITE, "v": 1}
        if seq == body["seq"] + len(lines) - 1:
            desk.verify(source, body["kid"], body["sig"], b"lnk1\0" + jcs(link))
        prev = digest(b"lnk1", jcs(link))
        links.append((seq, prev, line))
    fresh = [item for item in links if item[0] > cursor]
    if fresh and fresh[0][0] != cursor + 1:
        raise NotAcceptable(f"gap: have {cursor}, got {fresh[0][0]}")
    if fresh:
        before = links[len(links) - len(fresh) - 1][1] if len(fresh) < len(links) else body["prev"]
        if before != (held or genesis(desk, source, desk.office)):
            raise NotAcceptable("the chain does not continue what is held: stop and compare with the sender")
    return fresh


def open_event(desk: Desk, line: bytes) -> dict[str, Any]:
    """The event; a sealed one with its inner type and body in place of the ciphertext."""
    event = json.loads(line)
    if jcs(event) != line:
        raise NotAcceptable("event not canonical")
    if "sealed" not in event:
        return event
    sealed = event.pop("sealed")
    info = jcs({"id": event["id"], "src": event["src"], "dst": event["dst"], "type": event["type"], "agg": event["agg"]})
    slot = next(entry for entry in sealed["to"] if (entry["office"], entry["kid"]) == (desk.office, desk.sealing_kid))
    slot_info = b"\0".join((b"liandong/slot/intl-1", desk.office.encode(), desk.sealing_kid.encode(), info))
    content_key = HPKE.decrypt(unb64(slot["enc"]), desk.sealing, info=slot_info)
    context = b"\0".join((b"liandong/body/intl-1", jcs(sealed["to"]), info))
    padded = AESGCM(content_key).decrypt(unb64(sealed["nonce"]), unb64(sealed["ct"]), context)
    (length,) = struct.unpack_from(">I", padded)
    return event | json.loads(padded[4 : 4 + length])


# --- the session -----------------------------------------------------------------------------------------------------------------


@dataclass
class Session:
    """What was agreed with one sender in this run; never stored, because either side may come back from a backup.

    A STATE is fresh if it echoes the challenge we show; only a fresh one counts. Packets are taken from the process (boot) that asked
    us to open and knew exactly what we hold.
    """

    chal: str
    echo: str = ""
    boot: str = ""
    opened: str = ""

    def hear(self, body: dict[str, Any], cursor: int, cursor_hash: str) -> tuple[bool, str]:
        """(answer it, challenge to echo) for a STATE of the sender."""
        if body["echo"] != self.chal:
            return True, body["chal"]
        news = body["boot"] != self.boot
        self.boot, self.echo = body["boot"], body["chal"]
        if news:
            self.chal = os.urandom(16).hex()
        ask = body.get("ask")
        if ask and (ask["base"], ask["hash"]) == (cursor, cursor_hash):
            self.opened = self.boot
        return news or bool(ask), self.echo


# --- answering -------------------------------------------------------------------------------------------------------------------


def transmission(desk: Desk, to: str, kind: str, body: dict[str, Any], lines: list[bytes]) -> bytes:
    content = b"\n".join([jcs({"v": 1, "k": kind, "f": desk.office, "t": to, "b": body}), *lines])
    kid, signature = desk.sign(b"wir1", content)
    return f"wir1 {SUITE} {kid} {signature}\n".encode() + content


def receipt(desk: Desk, source: str, boot: str, session: Session, links: list[tuple[int, str, bytes]]) -> bytes:
    """One signed document: numbers first to last were accepted, now. It stands alone and never changes."""
    (first, _, _), (last, last_hash, _) = links[0], links[-1]
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    document = jcs({"v": 1, "ch": f"{source}>{desk.office}", "at": at, "spans": [{"a": first, "z": last, "lh": last_hash, "st": "accepted"}]})
    kid, signature = desk.sign(b"rct1", document)
    return transmission(desk, source, "RCPT", {"boot": boot, "echo": session.echo, "sigs": [{"kid": kid, "sig": signature}]}, [document])


def genesis(desk: Desk, sender: str, receiver: str) -> str:
    """`prev` of number 1."""
    known = {**desk.peers, desk.office: desk.signing.public_key()}
    return digest(b"gen1", f"{sender}>{receiver}\0{fingerprint(known[sender])}\0{fingerprint(known[receiver])}".encode())


def held(desk: Desk, source: str, boot: str, session: Session, echo: str, place: dict[str, Any]) -> bytes:
    """What the desk holds of the sender's events (the cumulative receipt that ends resending), and which process it takes packets from."""
    body = {
        "boot": boot, "chal": session.chal, "echo": echo, "open": session.opened, "durable": 0, "retired": [],
        "cursor": place["cursor"], "hash": place["hash"] or genesis(desk, source, desk.office), "head": 0,
        "hhash": genesis(desk, desk.office, source), "gap": 0, "want": [], "undecided": 0, "quarantined": 0, "stop": "",
    }
    return transmission(desk, source, "STATE", body, [])


def answer_subject(subject: str) -> str:
    """`dn.<me>.<sender>` is answered on `up.<sender>.<me>`."""
    _, *tokens = subject.split(".")
    return ".".join(["up", *tokens[4:8], *tokens[:4]])


def office_of(tokens: list[str]) -> str:
    """Office id of a four-token address: the deepest division that is there, and the unit."""
    return next(division for division in reversed(tokens[:3]) if division != "_") + "-" + tokens[3]


def understand(
    desk: Desk, source: str, data: bytes, session: Session, place: dict[str, Any]
) -> tuple[bool, str, list[tuple[int, str, bytes]]]:
    """(answer with STATE, challenge to echo, new links) of one transmission."""
    head, lines = open_wire(desk, source, data)
    body = head["b"]
    if head["k"] == "STATE":
        return *session.hear(body, place["cursor"], place["hash"] or genesis(desk, source, desk.office)), []
    if head["k"] != "PKT":
        return False, "", []
    if body["boot"] != session.opened:
        return True, session.echo, []
    run = lines[: len(lines) - len(body.get("prior", []))]
    return True, session.echo, read_run(desk, source, body, run, place["cursor"], place["hash"])


# --- the loop --------------------------------------------------------------------------------------------------------------------


async def subscribe(options: argparse.Namespace) -> None:
    """Pull, verify, print, answer, remember, acknowledge: in this order, so that a crash anywhere only repeats."""
    desk = Desk.load(options.office, options.keys, options.directory)
    state: dict[str, Any] = json.loads(options.state.read_text()) if options.state.exists() else {}
    boot, sessions = os.urandom(16).hex(), defaultdict[str, Session](lambda: Session(os.urandom(16).hex()))
    connection = await nats.connect(options.server, nkeys_seed=str(options.nkey), inbox_prefix=b"_INBOX.subscriber", max_reconnect_attempts=-1)
    stream = connection.jetstream()
    consumer = await stream.pull_subscribe_bind(consumer="clues", stream="IN")
    shown = 0
    while shown < options.count:
        try:
            messages = await consumer.fetch(FETCH, timeout=1)
        except nats.errors.TimeoutError:
            continue
        except nats.errors.Error as error:  # the server is starting again, or its node is still making the stream
            print(json.dumps({"waiting": type(error).__name__}), flush=True)
            await asyncio.sleep(1)
            continue
        for message in messages:
            source = office_of(message.subject.split(".")[5:9])
            place, session = state.setdefault(source, {"cursor": 0, "hash": ""}), sessions[source]
            back = answer_subject(message.subject)
            try:
                say, echo, links = understand(desk, source, message.data, session, place)
                events = [open_event(desk, line) for _, _, line in links]
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a message, the next one is still read
                print(json.dumps({"rejected": type(error).__name__, "from": source}), flush=True)
                await message.ack()
                continue
            for event in events:
                print(json.dumps(event, ensure_ascii=False), flush=True)
            shown += len(events)
            if links:
                place["cursor"], place["hash"] = links[-1][0], links[-1][1]
                options.state.write_text(json.dumps(state))
                await stream.publish(back, receipt(desk, source, boot, session, links))
            if say:
                await stream.publish(back, held(desk, source, boot, session, echo, place))
            await message.ack()
    await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True, help="the desk's own NATS server")
    parser.add_argument("--nkey", type=Path, required=True, help="seed file of the desk's `subscriber` user")
    parser.add_argument("--office", required=True, help="id of the desk, e.g. 990121-discipline")
    parser.add_argument("--keys", type=Path, required=True, help="folder with signing.key, sealing.key and root.pub")
    parser.add_argument("--directory", type=Path, required=True, help="directory.json as signed by the province")
    parser.add_argument("--state", type=Path, required=True, help="file that remembers how far each channel was read")
    parser.add_argument("--count", type=int, default=1_000_000_000, help="stop after so many events")
    asyncio.run(subscribe(parser.parse_args()))


if __name__ == "__main__":
    main()
