"""The encrypted file: the same members come out, or nothing does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from nodekit.upkeep import vessel
from nodekit.upkeep.vessel import PassphraseTooShort, VesselReader, VesselUnreadable, VesselWriter, read_about

PASSPHRASE = "一个足够长的口令-用于测试"
MEMBERS = {"keys/signing.key": b"-----BEGIN", "empty": b"", "database.dump": bytes(range(256)) * 900}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, so that a small file has many; a cheap key derivation, so that hundreds of files are tried."""
    monkeypatch.setattr(vessel, "CHUNK_BYTES", 8192)
    monkeypatch.setattr(vessel, "MEMORY_KIB", 8)
    monkeypatch.setattr(vessel, "PASSES", 1)


def write(file: Path, members: dict[str, bytes] = MEMBERS) -> Path:
    writer = VesselWriter(file, PASSPHRASE, {"office": "990121-inspection"})
    for name, data in members.items():
        writer.add(name, [data[:1000], data[1000:]])
    writer.close()
    return file


def read(file: Path, passphrase: str = PASSPHRASE) -> dict[str, bytes]:
    reader = VesselReader(file, passphrase)
    try:
        return {name: b"".join(parts) for name, parts in reader.members()}
    finally:
        reader.close()


def refused(file: Path, data: bytes) -> bool:
    file.write_bytes(data)
    try:
        read(file)
    except VesselUnreadable:
        return True
    return False


def test_what_went_in_comes_out_and_the_file_shows_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "b")
    assert read(file) == MEMBERS
    assert read_about(file) == {"office": "990121-inspection"}
    assert b"BEGIN" not in file.read_bytes() and b"signing.key" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_another_passphrase_opens_nothing_and_a_short_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VesselUnreadable):
        read(write(tmp_path / "b"), PASSPHRASE + "。")
    with pytest.raises(PassphraseTooShort):
        VesselWriter(tmp_path / "c", "短口令", {})


def test_any_changed_byte_is_noticed(tmp_path: Path) -> None:
    data = write(tmp_path / "b").read_bytes()
    places: Iterable[int] = [*range(260), *range(260, len(data), 4001), len(data) - 1]
    missed = [place for place in places if not refused(tmp_path / "c", data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])]
    assert missed == []


def test_a_file_cut_lengthened_or_reordered_is_noticed(tmp_path: Path) -> None:
    data = write(tmp_path / "b").read_bytes()
    start, chunk = _body(data), 8192 + vessel.TAG_BYTES
    body = [data[start + n : start + n + chunk] for n in range(0, len(data) - start, chunk)]
    head = data[:start]
    assert len(body) > 3
    for changed in (body[:-1], body[:1], body[1:], [*body, body[-1]], [body[1], body[0], *body[2:]], []):
        assert refused(tmp_path / "c", head + b"".join(changed))


def _body(data: bytes) -> int:
    """Where the sealed chunks begin."""
    length = int.from_bytes(data[len(vessel.MAGIC) : len(vessel.MAGIC) + 4])
    return len(vessel.MAGIC) + 4 + length


def test_what_was_never_a_vessel_is_refused_cleanly(tmp_path: Path) -> None:
    assert all(refused(tmp_path / "c", data) for data in (b"", b"x" * 100, vessel.MAGIC, vessel.MAGIC + b"\0\0\0\4{}{}", b"\0" * 10_000))


def test_an_abandoned_file_leaves_nothing(tmp_path: Path) -> None:
    writer = VesselWriter(tmp_path / "b", PASSPHRASE, {})
    writer.add("keys/signing.key", [b"secret"])
    writer.abandon()
    assert list(tmp_path.iterdir()) == []
