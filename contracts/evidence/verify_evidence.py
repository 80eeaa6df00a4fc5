"""Judge an evidence package of Liandong without Liandong. Needs Python 3.11 and the package `cryptography`, nothing else, and no network.

    python verify_evidence.py evidence.json [--root root.pub] [--fingerprint OFFICE=HEX ...]

It recomputes every hash and verifies every signature, and says what is proven and what is not, in Chinese and English. With --root
(the province's public key as the office got it by hand) or --fingerprint (read to you over the telephone) it also settles whose keys they
are; without, it says that this is left to you. Exit code: 0 nothing is wrong, 1 something is false, 2 not a package at all.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, SUITE = "liandong-evidence-1", "intl-1"
SIZE_MAX = 16 * 1024 * 1024
MARKS = {True: "✓", False: "✗", None: "—"}
SAID = {"accepted": "已接收 accepted", "refused": "已退回 refused"}


@dataclass
class Verdict:
    """Findings in order. `ok`: True proven, False false, None not settled by this package."""

    lines: list[tuple[str, bool | None, str, str]] = field(default_factory=list)

    def add(self, name: str, ok: bool | None, chinese: str, english: str) -> bool:
        self.lines.append((name, ok, chinese, english))
        return bool(ok)

    @property
    def wrong(self) -> list[str]:
        return [name for name, ok, _, _ in self.lines if ok is False]

    @property
    def proven(self) -> list[str]:
        return [name for name, ok, _, _ in self.lines if ok]


# --- bytes ------------------------------------------------------------------------------------------------------------------------


def jcs(value: Any) -> bytes:
    """RFC 8785 for what this protocol uses: text, integers, booleans, lists, objects with ASCII keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unb64(text: str) -> bytes:
    """One spelling only: a package in which a character was changed is a changed package. Raises ValueError."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError("not the one spelling of these bytes")
    return data


def digest(tag: str, data: bytes) -> str:
    return sha256(tag.encode() + b"\0" + data).hexdigest()


def link_bytes(channel: str, link: dict[str, Any], prev: str) -> bytes:
    return jcs({"ch": channel, "eh": link["eh"], "kid": link["kid"], "prev": prev, "seq": link["seq"], "suite": link["suite"], "v": 1})


@dataclass
class Keys:
    """Public signing keys by (office, key id): first keys from the package and its directory, later ones only as papers grant them.

    The first one listed of an office anchors its chains. `last`: of a revoked key, the last good number by channel.
    """

    by_id: dict[tuple[str, str], bytes] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    last: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    serials: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, package: dict[str, Any]) -> Keys:
        keys = cls()
        for entry in package["keys"]:
            if entry["status"] != "later":
                keys.anchors.setdefault(entry["office"], keys.add(entry["office"], entry["public"]))
        for office, entry in package["directory"]["offices"].items():
            keys.add(office, entry["signing"])
        return keys

    def add(self, office: str, public: str) -> str:
        """Returns the key's fingerprint."""
        mark = sha256(unb64(public)).hexdigest()
        self.by_id[office, mark[:16]] = unb64(public)
        return mark

    def verify(self, office: str, kid: str, signature: str | None, signed: bytes, place: tuple[str, int] | None = None) -> bool:
        """`place` (channel, number): under a revoked key only up to the channel's last good number."""
        public, last = self.by_id.get((office, kid)), self.last.get((office, kid))
        if public is None or signature is None or (place and last is not None and place[1] > last.get(place[0], 0)):
            return False
        return authentic(public, signature, signed)


def authentic(public: bytes, signature: str, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(unb64(signature), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- the questions ----------------------------------------------------------------------------------------------------------------


def judge(package: dict[str, Any], root: bytes | None = None, fingerprints: dict[str, str] | None = None) -> Verdict:
    """Every question in turn; a false answer does not stop the next ones."""
    verdict, keys = Verdict(), Keys.of(package)
    src, dst, number = package["channel"]["src"], package["channel"]["dst"], package["number"]
    _event(verdict, package["event"].encode(), src, dst)
    _papers(verdict, package, keys)
    hashes = _chain(verdict, package, keys)
    _receipts(verdict, package["receipts"], keys, (src, dst, number), hashes)
    _keys(verdict, package["keys"])
    _directory(verdict, package, root)
    _by_telephone(verdict, package["keys"], (src, dst), fingerprints or {})
    return verdict


def _event(verdict: Verdict, raw: bytes, src: str, dst: str) -> None:
    event = json.loads(raw)
    same = jcs(event) == raw and (event["src"], event["dst"]) == (src, dst)
    how = "密封件,此处只证明密文" if "sealed" in event else "明文"
    verdict.add(
        "event", same, f"事项 {event['id']}({event['type']},{how})的发件、收件单位与凭证所称一致,格式规范",
        "The event is written canonically and names this sender and this addressee",
    )


def _papers(verdict: Verdict, package: dict[str, Any], keys: Keys) -> None:
    """Later keys count only if the key before and the superior (after a theft: the superior alone) signed for them. Fills `keys`."""
    later = {(entry["office"], sha256(unb64(entry["public"])).hexdigest()[:16]) for entry in package["keys"] if entry["status"] == "later"}
    papers, root = package.get("papers", []), base64.b64decode(package["root"])
    false = [index for index, paper in enumerate(papers, start=1) if not _paper(paper, keys, root)]
    if papers or later:
        verdict.add(
            "key_papers", not false and later <= keys.by_id.keys(),
            "换钥、撤销文书逐份有效:后继密钥由前一密钥和上级签名(失窃重发的由上级签名),撤销截止号由上级签名" + (f";无效:第 {false} 份" if false else ""),
            "Each paper holds: a later key is signed for by the one before and by the superior (after a theft by the superior alone), a cut-off by the superior",
        )


def _paper(paper: dict[str, Any], keys: Keys, root: bytes) -> bool:
    raw = paper["doc"].encode()
    document, signed = json.loads(raw), b"key1\0" + raw
    sigs = {role: (kid, sig) for role, kid, sig in paper["sigs"]}
    if jcs(document) != raw or document["v"] != 1 or "by" not in sigs:
        return False
    office, by = document["office"], document["by"]
    kid, sig = sigs["by"]
    if not (authentic(root, sig, signed) if by == "root" else keys.verify(by, kid, sig, signed)):
        return False
    if document["kind"] == "revoke":
        key = office, document["kid"]
        if document["serial"] > keys.serials.get(key, 0):
            keys.serials[key], keys.last[key] = document["serial"], dict(document["last"])
        return True
    if document["kind"] == "rotate":
        old, new = sigs.get("old", ("", "")), sigs.get("new", ("", ""))
        if old[0] != document["prev"] or not keys.verify(office, old[0], old[1], signed) or not authentic(unb64(document["signing"]), new[1], signed):
            return False
    keys.add(office, document["signing"])
    return True


def _chain(verdict: Verdict, package: dict[str, Any], keys: Keys) -> dict[int, str]:
    """Link hashes by number, recomputed."""
    src, dst, number = package["channel"]["src"], package["channel"]["dst"], package["number"]
    channel, links, eh = f"{src}>{dst}", package["chain"]["links"], digest("evt1", package["event"].encode())
    genesis = digest("gen1", f"{channel}\0{keys.anchors.get(src, '')}\0{keys.anchors.get(dst, '')}".encode())
    first = links[0]["seq"]
    prev = genesis if first == 1 else package["chain"]["prev"]
    unbroken = [link["seq"] for link in links] == list(range(first, first + len(links)))
    hashes: dict[int, str] = {}
    signed: list[int] = []
    false: list[int] = []
    for link in links:
        data = link_bytes(channel, link, prev)
        if link["sig"] is not None:
            by, _, sig = link["sig"].rpartition(":")  # a later key may have signed the same link again
            valid = link["suite"] == SUITE and keys.verify(src, by or link["kid"], sig, b"lnk1\0" + data, (channel, link["seq"]))
            (signed if valid else false).append(link["seq"])
        prev = hashes[link["seq"]] = digest("lnk1", data)
    contained = any(link["seq"] == number and link["eh"] == eh for link in links)
    verdict.add("content", contained and unbroken, f"事项的逐字节内容即该通道第 {number} 号", f"These very bytes are number {number} of the channel {channel}")
    covers = next((seq for seq in signed if seq >= number), None)
    verdict.add(
        "sender_signature", covers is not None and not false,
        f"发件单位 {src} 的签名(第 {covers} 号)有效并覆盖本件,发件单位不能否认或改动本件及其次序",
        f"A valid signature of {src} on number {covers} covers it: the sender can deny neither content nor order",
    )
    return hashes


def _receipts(verdict: Verdict, receipts: list[dict[str, str]], keys: Keys, place: tuple[str, str, int], hashes: dict[int, str]) -> None:
    src, dst, number = place
    if not receipts:
        verdict.add("receipt", None, "没有收件单位的回执:不能证明对方已收到或已办理", "No receipt of the addressee: that it arrived or was handled is not proven")
        return
    for receipt in receipts:
        raw = receipt["document"].encode()
        document = json.loads(raw)
        place = document["ch"], max(span["z"] for span in document["spans"])
        right = keys.verify(dst, receipt["kid"], receipt["sig"], b"rct1\0" + raw, place) and jcs(document) == raw and document["ch"] == f"{src}>{dst}"
        span = next((span for span in document["spans"] if span["a"] <= number <= span["z"]), None)
        fits = right and span is not None and hashes.get(span["z"]) == span["lh"]
        said = SAID.get(span["st"], span["st"]) if span else "—"
        reason = f"(理由代码 {span['code']})" if span and "code" in span else ""
        verdict.add(
            "receipt", fits, f"收件单位签名的回执有效:{said}{reason},回执自称时间 {document['at']}",
            f"A valid receipt signed by {dst} says: {said}; it claims the time {document['at']}",
        )


def _keys(verdict: Verdict, entries: list[dict[str, str]]) -> None:
    right = all(sha256(unb64(entry["public"])).hexdigest() == entry["fingerprint"] for entry in entries)
    verdict.add("fingerprints", right, "所附公钥与所列指纹一致", "The public keys have the fingerprints listed")


def _directory(verdict: Verdict, package: dict[str, Any], root: bytes | None) -> None:
    """Whether the root key introduced these keys, and whether it is the root you know."""
    document = dict(package["directory"])
    carried = base64.b64decode(package["root"])
    try:
        Ed25519PublicKey.from_public_bytes(carried).verify(unb64(document.pop("sig")), b"dir1\0" + jcs(document))
        signed = True
    except (InvalidSignature, ValueError, KeyError):
        signed = False
    verdict.add("directory", signed, "所附公钥名录由所附根密钥签署", "The directory enclosed is signed by the root key enclosed")
    _introduction(verdict, package, {(office, entry["signing"]) for office, entry in document["offices"].items()} if signed else set())
    same = None if root is None else root == carried
    verdict.add(
        "root", same, "所附根密钥就是您提供的根密钥" if root else "根密钥是否真为省级所有,须您自行核对(--root)",
        "The root key is the one you gave" if root else "Whether the root key is the province's is for you to settle (--root)",
    )


def _introduction(verdict: Verdict, package: dict[str, Any], listed: set[tuple[str, str]]) -> None:
    """Of every key, whatever the package says of its status: who enclosed a key of his own would call it a former one. Later keys are usable only
    as far as papers grant them, see key_papers."""
    strange = [entry for entry in package["keys"] if entry["status"] != "later" and (entry["office"], entry["public"]) not in listed]
    if not strange:
        verdict.add("introduction", True, "所附公钥均由名录介绍", "The directory introduces every key enclosed")
    elif any(entry["status"] == "pinned" for entry in strange):
        verdict.add("introduction", False, "现用公钥未由名录介绍", "The directory does not introduce a present key")
    else:
        marks = "、".join(f"{entry['office']} {entry['fingerprint']}" for entry in strange)
        verdict.add(
            "introduction", None, f"下列旧密钥未由名录介绍,凡以其签名者,须电话核对指纹:{marks}",
            "The directory does not introduce these former keys; what they signed stands only if you compare their fingerprints by telephone",
        )


def _by_telephone(verdict: Verdict, entries: list[dict[str, str]], offices: tuple[str, str], given: dict[str, str]) -> None:
    for office in offices:
        known = {entry["fingerprint"] for entry in entries if entry["office"] == office}
        told = given.get(office)
        verdict.add(
            f"owner:{office}", None if told is None else told.lower() in known,
            f"{office} 的密钥指纹与您核对的一致" if told else f"{office} 的密钥确属该单位:须电话核对指纹 {'、'.join(sorted(known))}(--fingerprint)",
            f"The key of {office} is the one you compared" if told else f"That the key belongs to {office}: compare its fingerprint by telephone",
        )


# --- the page ---------------------------------------------------------------------------------------------------------------------

NEVER = (
    ("事项所述内容属实;谁在键盘前操作;“自称时间”之外的真实时间", "that what the event says is true; who sat at the keyboard; any time beyond the times claimed"),
    ("密封件的明文(只有收发双方能打开)", "the plain text of a sealed event (only the two ends can open it)"),
)


def report(verdict: Verdict) -> str:
    rows = []
    for name, ok, chinese, english in verdict.lines:
        rows += [f"{MARKS[ok]} {'' if ok is not False else '【不成立 FALSE】'}{chinese}", f"    {english}  [{name}]"]
    rows.append("本凭证包不能证明 / what no such package proves:")
    rows += [f"— {chinese}\n    {english}" for chinese, english in NEVER]
    if verdict.wrong:
        rows.append(f"结论:凭证有误或被改动,不得采信。Verdict: false or altered, do not rely on it: {', '.join(verdict.wrong)}")
    else:
        rows.append("结论:未发现不符;“—”各项须另行核对。Verdict: nothing is wrong; what is marked — is for you to settle.")
    return "\n".join(rows)


def read(file: Path) -> dict[str, Any]:
    """The package. Raises ValueError, KeyError or TypeError for anything else."""
    data = file.read_bytes()
    if len(data) > SIZE_MAX:
        raise ValueError(f"over {SIZE_MAX} bytes")
    package: dict[str, Any] = json.loads(data)
    if package["format"] != FORMAT:
        raise ValueError(f"not {FORMAT}")
    return package


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("package", type=Path)
    parser.add_argument("--root", type=Path, help="root.pub, brought by hand")
    parser.add_argument("--fingerprint", action="append", default=[], metavar="OFFICE=HEX", help="compared by telephone; may be repeated")
    options = parser.parse_args(arguments)
    try:
        package = read(options.package)
        root = base64.b64decode(options.root.read_bytes()) if options.root else None
        verdict = judge(package, root, dict(pair.split("=", 1) for pair in options.fingerprint))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        print(f"不是可读的凭证包 / not a readable package: {type(error).__name__} {error}", file=sys.stderr)
        return 2
    print(report(verdict))
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
