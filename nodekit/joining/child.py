"""The child's half: `node join` makes keys and an answer, `node join-finish` takes the welcome. Private keys never leave this machine."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nodekit.bus.generate import Endpoint, Layout, generate
from nodekit.bus.keys import KeyFolder
from nodekit.bus.pki import request_certificate
from nodekit.bus.topology import Topology
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.key_paper import paper_of
from nodekit.delivery.core.suite import to_text
from nodekit.joining.papers import INVITATION, WELCOME, PaperRefused, as_json, read_unverified, same_fingerprint, write_answer
from nodekit.peers.directory import Directory
from nodekit.peers.introduction import read_introduction, write_file
from nodekit.peers.keyfiles import KeysMissing, ensure_kek, ensure_private, fingerprint, read_root
from nodekit.peers.keyring import FileBeliever
from nodekit.peers.papers import write_folder_papers
from nodekit.peers.published import OfficeKeys, read_published

SETTINGS, OFFICES, DIRECTORY, KEYS, BUS = "settings.toml", "offices.toml", "directory.json", "keys", "bus"


@dataclass(frozen=True)
class Place:
    """Where the new office is put on this machine."""

    folder: Path
    database_url: str
    http_port: int
    endpoint: Endpoint


@dataclass(frozen=True)
class Answered:
    """The file for the parent, and what this office's administrator reads out."""

    data: bytes
    fingerprint: str
    settings_file: Path


def join(data: bytes, place: Place, *, root_told: str, parent_told: str) -> Answered:
    """Make this office's keys and settings from an invitation.

    Args:
        root_told, parent_told: what the parent's administrator read out over the telephone.

    Raises:
        PaperRefused: not what was read out, altered, or the folder is in use.
    """
    fields, kid, signature, signed = read_unverified(INVITATION, data)
    if place.folder.exists() and any(place.folder.iterdir()):
        raise PaperRefused(f"文件夹 {place.folder} 不是空的", "请换一个空文件夹。")
    try:
        root = Ed25519PublicKey.from_public_bytes(base64.b64decode(fields["root"]))
        entry, by = fields["entry"], fields["by"]
        if not same_fingerprint(root, root_told):
            raise PaperRefused("根密钥指纹与电话核对的不一致", "切勿继续;请重新通话核对。")
        keys = place.folder / KEYS
        keys.mkdir(parents=True, mode=0o700)
        (keys / "root.pub").write_text(fields["root"] + "\n", encoding="utf-8")
        (place.folder / DIRECTORY).write_text(fields["directory"], encoding="utf-8")
        _check_parent(place.folder, fields, (by, parent_told), (kid, signature, signed))
        (place.folder / OFFICES).write_text(_offices_file([*fields["offices"], entry]), encoding="utf-8")
    except (KeyError, ValueError, TypeError):
        raise PaperRefused("内容不完整") from None
    return _made(place, entry, fields)


def finish(data: bytes, folder: Path, office: str) -> None:
    """Take the welcome: who introduced us, and the certificate of the link. Then the node may run.

    Raises:
        PaperRefused: not for this office's keys, or not from its parent.
    """
    fields, *_ = read_unverified(WELCOME, data)
    directory = Directory.load(folder / OFFICES)
    believer = _believer(folder, fields, {item.id: item.parent for item in directory.all()})
    signing = _own(folder / KEYS)
    found = []
    for item in fields["introductions"]:
        found.append(read_introduction(item["document"].encode(), item["kid"], item["sig"], keyring=believer))
        believer.include(found[-1].id, found[-1].keys)
    own = next((item for item in found if item.id == office), None)
    if own is None or own.keys.fingerprint != fingerprint(signing.public_key()):
        raise PaperRefused("接纳的不是本单位的密钥", "请上级核对所用的答复文件。")
    write_file(folder / KEYS, found)
    write_folder_papers(folder / KEYS, [paper for office_id in believer.book.offices() for paper in believer.book.papers(office_id)])
    tls = folder / BUS / office / "tls"
    (tls / "cert.pem").write_text(fields["certificate"], encoding="utf-8")
    (tls / "ca.pem").write_text(fields["authority"], encoding="utf-8")


def _check_parent(folder: Path, fields: dict[str, Any], parent: tuple[str, str], proof: tuple[str, bytes, bytes]) -> None:
    """The invitation is signed by the parent, whose key the root (or an introduction) vouches for and a person compared."""
    (by, told), (kid, signature, signed) = parent, proof
    believer = _believer(folder, fields, {entry["id"]: entry.get("parent") for entry in fields["offices"]})
    for item in fields["introductions"]:
        new = read_introduction(item["document"].encode(), item["kid"], item["sig"], keyring=believer)
        believer.include(new.id, new.keys)
    keys = believer.newest(by)
    if keys is None or keys.signing_kid != kid or not same_fingerprint(keys.signing, told):
        raise PaperRefused("上级密钥指纹与电话核对的不一致", "切勿继续;请重新通话核对。")
    try:
        keys.signing.verify(signature, signed)
    except InvalidSignature:
        raise PaperRefused("邀请不是上级所签,或被改动") from None


def _believer(folder: Path, fields: dict[str, Any], parents: dict[str, str | None]) -> FileBeliever:
    """First keys from the directory, and the papers the parent knows: each carries its own proof."""
    root = read_root(folder / KEYS)
    try:
        papers = [paper_of(entry) for entry in fields.get("papers", [])]
    except Reject:
        raise PaperRefused("内容不完整") from None
    return FileBeliever(read_published(folder / DIRECTORY, root), papers, parents.get, root.public_bytes_raw())


def _made(place: Place, entry: dict[str, str], invited: dict[str, Any]) -> Answered:
    office, keys = entry["id"], place.folder / KEYS
    signing = _own(keys)
    sealing = ensure_private(keys / "sealing.key", X25519PrivateKey)
    ensure_kek(keys / "kek.key")
    topology = Topology.load(place.folder / OFFICES)
    layout = Layout(place.folder / BUS, {office: place.endpoint}, parent_urls={office: invited["leaf_url"]})
    generate(topology, layout, only=office)
    request = request_certificate(office, place.folder / BUS / office / "tls")
    leaf = KeyFolder(place.folder / BUS / office / "keys").public("leaf")
    own = OfficeKeys(signing.public_key(), sealing.public_key())  # type: ignore[arg-type]
    raw_signing, raw_sealing = own.raw
    answer = write_answer({
        "nonce": invited["nonce"], "office": office, "signing": to_text(raw_signing), "sealing": to_text(raw_sealing), "leaf": leaf or "", "request": request.decode(),
    }, signing)
    settings = {
        "office": office, "offices_file": str((place.folder / OFFICES).resolve()), "directory_file": str((place.folder / DIRECTORY).resolve()),
        "keys_dir": str(keys.resolve()), "database_url": place.database_url, "nats_url": place.endpoint.client_url,
        "nats_seeds_dir": str((place.folder / BUS / office / "keys").resolve()), "http_port": place.http_port, "state_dir": str((place.folder / "state").resolve()),
    }
    file = place.folder / SETTINGS
    file.touch(mode=0o600)
    file.write_text("".join(f"{key} = {as_json(value)}\n" for key, value in settings.items()), encoding="utf-8")
    return Answered(answer, own.fingerprint, file)


def _own(keys: Path) -> Ed25519PrivateKey:
    key = ensure_private(keys / "signing.key", Ed25519PrivateKey)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeysMissing("signing.key")
    return key


def _offices_file(entries: list[dict[str, str]]) -> str:
    fields = ("id", "name", "tier", "kind", "division", "parent", "superior")
    return "\n".join("[[office]]\n" + "".join(f"{key} = {json.dumps(entry[key], ensure_ascii=False)}\n" for key in fields if entry.get(key)) for entry in entries)
