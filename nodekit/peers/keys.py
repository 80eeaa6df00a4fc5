"""Make keys for the offices of a list: `python -m nodekit.peers.keys --offices deploy/offices.toml --out DIR`.

Idempotent: keys that exist are kept, new offices get theirs, directory.json is signed again only when it changed. For a trial and a
demo one person makes all keys; in earnest each office makes its own and sends the public half to the province.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nodekit.peers.directory import Directory
from nodekit.peers.keyfiles import KeysMissing, ensure_kek, ensure_private
from nodekit.peers.published import OfficeKeys, publish


def generate_keys(offices_file: Path, out: Path) -> int:
    """Make what is missing below `out`: root.key, <office>/keys/*.key, <office>/keys/root.pub, directory.json (last).

    Returns:
        How many offices got new keys.
    """
    out.mkdir(parents=True, exist_ok=True)
    root = ensure_private(out / "root.key", Ed25519PrivateKey)
    if not isinstance(root, Ed25519PrivateKey):
        raise KeysMissing("root.key")
    root_public = base64.b64encode(root.public_key().public_bytes_raw()) + b"\n"
    offices, made = {}, 0
    for office in Directory.load(offices_file).all():
        folder = out / office.id / "keys"
        made += not (folder / "kek.key").exists()
        signing, sealing = ensure_private(folder / "signing.key", Ed25519PrivateKey), ensure_private(folder / "sealing.key", X25519PrivateKey)
        ensure_kek(folder / "kek.key")
        _write_if_changed(folder / "root.pub", root_public)
        if isinstance(signing, Ed25519PrivateKey) and isinstance(sealing, X25519PrivateKey):
            offices[office.id] = OfficeKeys(signing.public_key(), sealing.public_key())
    _write_if_changed(out / "directory.json", publish(offices, root))
    return made


def _write_if_changed(file: Path, data: bytes) -> None:
    if not file.exists() or file.read_bytes() != data:
        draft = file.with_suffix(file.suffix + ".new")
        draft.write_bytes(data)
        draft.replace(file)


def main(
    offices: Annotated[Path, typer.Option(help="offices.toml", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option(help="folder for the keys; kept out of version control", file_okay=False)],
) -> None:
    """Make the keys that are missing."""
    made = generate_keys(offices, out)
    typer.echo(f"{made} 个单位新建密钥;名录:{out / 'directory.json'}")


if __name__ == "__main__":
    typer.run(main)
