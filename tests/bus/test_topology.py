"""The tree of offices, the routing policy and what is generated from them: values only, no server."""

import itertools
import re
import stat
from pathlib import Path

import pytest

from nodekit.bus.generate import Layout, generate, loopback_endpoints, main
from nodekit.bus.policy import child_routes, direction, may_talk, publish_patterns
from nodekit.bus.topology import Topology, TopologyInvalid
from shared_schemas.subjects import Address, NotASubject, matches, parse, subject
from tests.bus.tree import CITY, CITY_DESK, COUNTY_A, COUNTY_B, DESK_A, PROVINCE, RECORDS, record, small_tree

DEMO = Topology.load(Path(__file__).parents[2] / "deploy" / "offices.toml")


def test_the_demonstration_federation_is_complete():
    assert {office.id for office in DEMO if office.is_inspection} == {
        f"{code}-inspection" for code in ("990000", "990100", "990200", "990121", "990122", "990103")
    }
    assert [office.id for office in DEMO.ancestors("990103-discipline")] == ["990103-inspection", "990100-inspection", "990000-inspection"]
    assert {office.id for office in DEMO.subtree("990122-inspection")} == {"990122-inspection", "990122-discipline"}


def test_a_county_directly_under_a_province_has_no_city_token():
    tree = Topology.from_records(
        [*RECORDS, record("990181-inspection", "county", PROVINCE), record("990181-discipline", "county", "990181-inspection")]
    )
    assert str(tree.office("990181-discipline").address) == "990000._.990181.discipline"
    assert may_talk(tree.office("990181-inspection"), tree.office(PROVINCE))
    assert not may_talk(tree.office("990181-inspection"), tree.office(CITY))


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (record(CITY, "city", PROVINCE), "两次"),
        (record("990300-inspection", "city", "990900-inspection"), "不在清单"),
        (record("990300-inspection", "city", None), "parent"),
        (record("990300-inspection", "town", PROVINCE), "层级"),
        (record("990300-kitchen", "city", PROVINCE), "类别"),
        (record("990300-discipline", "city", CITY), "同级"),
        (record("990300-inspection", "city", DESK_A), "不是上级"),
        (record("990300-inspection", "county", COUNTY_A), "不是上级"),
        (record("990100-organization", "city", CITY, DESK_A), "上级"),
        (record("990300-inspection", "city", PROVINCE) | {"id": "990301-inspection"}, "不符"),
        (record("990300-inspection", "city", PROVINCE) | {"colour": "red"}, "不认识"),
        ({"id": "990300-inspection"}, "缺少"),
    ],
)
def test_a_wrong_entry_is_named(extra, words):
    with pytest.raises(TopologyInvalid, match=words):
        Topology.from_records([*RECORDS, extra])


def test_a_cycle_is_named():
    records = [record("990100-inspection", "city", "990200-inspection"), record("990200-inspection", "city", "990100-inspection")]
    with pytest.raises(TopologyInvalid, match="成环"):
        Topology.from_records(records)


def test_the_policy_is_symmetric_and_never_crosses_branches():
    for one, other in itertools.product(DEMO, DEMO):
        assert may_talk(one, other) == may_talk(other, one)
        if may_talk(one, other):
            lines = [{office.id for office in [each, *DEMO.ancestors(each.id)]} for each in (one, other)]
            places = [{entry.partition("-")[0] for entry in line} for line in lines]
            assert places[0] <= places[1] or places[1] <= places[0]


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [
        (COUNTY_A, CITY, True),
        (COUNTY_A, PROVINCE, True),
        (COUNTY_A, DESK_A, True),
        (COUNTY_A, CITY_DESK, True),
        (COUNTY_A, "990100-sector-finance", True),
        (DESK_A, CITY_DESK, True),
        (DESK_A, "990000-discipline", True),
        (CITY, DESK_A, True),
        (COUNTY_A, COUNTY_B, False),
        (DESK_A, COUNTY_B, False),
        (DESK_A, "990121-organization", False),
        (DESK_A, "990100-organization", False),
        (DESK_A, "990122-discipline", False),
        (CITY, "990200-inspection", False),
        ("990200-inspection", DESK_A, False),
    ],
)
def test_who_may_talk_to_whom(one, other, allowed):
    assert may_talk(DEMO.office(one), DEMO.office(other)) is allowed


def test_patterns_of_every_hop_agree_with_the_policy():
    """For every pair: the sender may publish exactly when the policy says so, and then every hub on the way lets it pass."""
    for src, dst in itertools.permutations(DEMO, 2):
        way = subject(direction(src, dst), dst.address, src.address)
        published = any(_covers(pattern, way) for pattern in publish_patterns(DEMO, src))
        assert published or not may_talk(src, dst), (src.id, dst.id)
        assert _arrives(src, dst) == may_talk(src, dst), (src.id, dst.id)


def _arrives(src, dst) -> bool:
    current, here = subject(direction(src, dst), dst.address, src.address), src
    if not any(_covers(pattern, current) for pattern in publish_patterns(DEMO, src)):
        return False
    while current.startswith("up."):
        hub = DEMO.parent(here.id)
        if hub is None:
            return False
        routes = [route for route in child_routes(DEMO, hub, here) if _covers(route.from_child, current)]
        if not routes:
            return False
        if hub.id == dst.id:
            return True
        current, here = routes[0].in_hub.partition(".")[0] + current[2:], hub
    return matches(here.reach, dst.address)


def _covers(pattern: str, text: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^.]+").replace(">", ".+"), text) is not None


@pytest.mark.parametrize("text", ["up.a.b.c", "sideways.1.2.3.4.5.6.7.8", "up.1.2.3.4.5.6.7.8.9", "up.1.2.3.4.5.6.7.", "dn._.2.3.4.5.6.7.8", ""])
def test_what_is_not_a_subject_is_refused(text):
    with pytest.raises(NotASubject):
        parse(text)


def test_subjects_are_read_back():
    one, other = Address("990000", "990100", "_", "inspection"), Address("990000", "_", "990181", "discipline")
    assert parse(subject("up", one, other)).source.office_id == "990181-discipline"
    assert parse(subject("dn", one, other)).to == one


def test_generated_files_keep_secrets_private_and_keys_stable(tmp_path):
    layout = Layout(tmp_path, loopback_endpoints(small_tree(), 24000))
    assert generate(small_tree(), layout) == []
    folder = tmp_path / COUNTY_A
    for secret in [*folder.glob("keys/*.nk"), folder / "leaf-seed.conf", folder / "tls" / "key.pem", tmp_path / "pki" / "ca.key"]:
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600, secret
    seeds = {path: path.read_text("utf-8") for path in tmp_path.rglob("*.nk")}
    text = (folder / "nats.conf").read_text("utf-8")
    assert not any(seed.strip() in text for seed in seeds.values())
    generate(small_tree(), layout)
    assert {path: path.read_text("utf-8") for path in seeds} == seeds
    assert (folder / "nats.conf").read_text("utf-8") == text


def test_adding_a_county_changes_the_configuration_of_its_parent_only(tmp_path):
    grown = Topology.from_records([*RECORDS, record("990103-inspection", "county", CITY), record("990103-discipline", "county", "990103-inspection")])
    generate(small_tree(), Layout(tmp_path, loopback_endpoints(small_tree(), 24000)))
    before = {office.id: (tmp_path / office.id / "nats.conf").read_text("utf-8") for office in small_tree()}
    generate(grown, Layout(tmp_path, loopback_endpoints(grown, 24000)))
    assert [office_id for office_id, text in before.items() if (tmp_path / office_id / "nats.conf").read_text("utf-8") != text] == [CITY]


def test_one_office_generates_for_itself_and_is_told_what_is_missing(tmp_path, capsys):
    offices = Path(__file__).parents[2] / "deploy" / "offices.toml"
    arguments = [
        "--offices",
        str(offices),
        "--out",
        str(tmp_path),
        "--only",
        COUNTY_A,
        "--host-pattern",
        "nats-{id}",
        "--parent-url",
        "tls://hub.example:7422",
    ]
    assert main(arguments) == 0
    remarks = capsys.readouterr().err
    assert "990121-discipline left out" in remarks
    assert "cert.pem" in remarks
    text = (tmp_path / COUNTY_A / "nats.conf").read_text("utf-8")
    assert "tls://hub.example:7422" in text
    assert "L_990121_discipline" not in text
    assert [path.name for path in tmp_path.iterdir()] == [COUNTY_A]
