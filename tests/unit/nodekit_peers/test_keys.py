"""Key files, the signed directory and the keyring made from them."""

import json
import shutil
from pathlib import Path

import pytest

from nodekit.peers import Keyring, UnknownOffice
from nodekit.peers.errors import DirectoryNotTrusted
from nodekit.peers.keyfiles import KeysMissing, read_secrets
from nodekit.peers.keys import generate_keys
from nodekit.peers.published import read_published

DEMO = Path(__file__).parents[3] / "deploy" / "offices.toml"
COUNTY, DESK = "990121-inspection", "990121-discipline"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    generate_keys(DEMO, folder)
    return folder


def keyring(folder: Path, office: str) -> Keyring:
    return Keyring.load(office, read_secrets(folder / office / "keys"), folder / "directory.json")


def test_making_keys_twice_changes_nothing(made: Path) -> None:
    before = {file: file.read_bytes() for file in made.rglob("*") if file.is_file()}
    assert generate_keys(DEMO, made) == 0
    assert {file: file.read_bytes() for file in made.rglob("*") if file.is_file()} == before


def test_secret_files_are_for_their_owner_only(made: Path) -> None:
    secret = [*made.rglob("*.key")]
    assert len(secret) == 15 * 3 + 1
    assert {file.stat().st_mode & 0o777 for file in secret} == {0o600}


def test_a_new_office_gets_keys_and_the_others_keep_theirs(made: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(made, tmp_path / "keys")
    offices = tmp_path / "offices.toml"
    offices.write_text(
        DEMO.read_text("utf-8") + '\n[[office]]\nid = "990123-inspection"\nname = "新设县委巡察办"\ntier = "county"\nparent = "990100-inspection"\n',
        "utf-8",
    )
    assert generate_keys(offices, folder) == 1
    assert keyring(folder, "990123-inspection").fingerprint(COUNTY) == keyring(made, DESK).fingerprint(COUNTY)


def test_a_signature_is_its_offices_and_nobody_elses(made: Path) -> None:
    county, desk = keyring(made, COUNTY), keyring(made, DESK)
    kid, signature = county.sign(b"data")
    assert desk.verify(COUNTY, kid, b"data", signature)
    assert not desk.verify(COUNTY, kid, b"date", signature)
    assert not desk.verify(DESK, kid, b"data", signature)
    assert not desk.verify(COUNTY, "0" * 16, b"data", signature)
    assert not desk.verify("990999-inspection", kid, b"data", signature)
    assert not desk.verify(COUNTY, kid, b"data", b"short")


def test_a_stranger_has_no_fingerprint_and_no_sealing_key(made: Path) -> None:
    with pytest.raises(KeyError):
        keyring(made, COUNTY).fingerprint("990999-inspection")
    with pytest.raises(UnknownOffice):
        keyring(made, COUNTY).sealing_key("990999-inspection")


@pytest.mark.parametrize("change", ["swap", "drop", "add", "version", "sig", "junk", "extra"])
def test_a_directory_that_was_touched_is_refused(made: Path, tmp_path: Path, change: str) -> None:
    document = json.loads((made / "directory.json").read_bytes())
    offices = document["offices"]
    match change:
        case "swap":
            offices[COUNTY]["sealing"] = offices[DESK]["sealing"]
        case "drop":
            del offices[DESK]
        case "add":
            offices["990999-inspection"] = offices[DESK]
        case "version":
            document["v"] = 2
        case "sig":
            document["sig"] = ("B" if document["sig"][0] != "B" else "C") + document["sig"][1:]
        case "junk":
            document = ["not", "a", "directory"]
        case "extra":
            document["root"] = "mine"
    file = tmp_path / "directory.json"
    file.write_text(json.dumps(document), "utf-8")
    with pytest.raises(DirectoryNotTrusted):
        read_published(file, read_secrets(made / COUNTY / "keys").root)


def test_a_directory_signed_by_another_root_is_refused(made: Path, tmp_path: Path) -> None:
    generate_keys(DEMO, tmp_path)
    with pytest.raises(DirectoryNotTrusted):
        read_published(tmp_path / "directory.json", read_secrets(made / COUNTY / "keys").root)


@pytest.mark.parametrize("name", ["signing.key", "sealing.key", "kek.key", "root.pub"])
@pytest.mark.parametrize("damage", ["missing", "junk", "wrong kind"])
def test_a_damaged_key_folder_stops_the_node_with_the_files_name(made: Path, tmp_path: Path, name: str, damage: str) -> None:
    folder = shutil.copytree(made / COUNTY / "keys", tmp_path / "keys")
    if damage == "missing":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes((folder / "sealing.key").read_bytes() if damage == "wrong kind" and name != "sealing.key" else b"junk")
    with pytest.raises(KeysMissing) as caught:
        read_secrets(folder)
    assert name in caught.value.message


def test_keys_of_another_office_are_refused_at_start(made: Path) -> None:
    with pytest.raises(UnknownOffice):
        Keyring.load(COUNTY, read_secrets(made / DESK / "keys"), made / "directory.json")
