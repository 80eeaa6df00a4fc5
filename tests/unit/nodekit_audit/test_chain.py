"""The chain's arithmetic: what PostgreSQL gives back hashes as what went in."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from nodekit.audit.chain import GENESIS, clean, entry_hash, plain

ENTRY: dict[str, Any] = {
    "seq": 1,
    "at": datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
    "officer_id": UUID(int=7),
    "officer_name": "经办人戊",
    "action": "x.sent",
    "subject": "s",
    "reason": "",
    "facts": {"n": 1},
    "prev": GENESIS,
}


def test_the_hash_covers_every_field() -> None:
    others = {
        "seq": 2,
        "at": datetime(2026, 11, 22, 10, 0, 0, 1, tzinfo=UTC),
        "officer_id": None,
        "officer_name": "经办人己",
        "action": "x.send",
        "subject": "",
        "reason": "r",
        "facts": {"n": 2},
        "prev": "1" * 64,
    }
    assert set(others) == set(ENTRY)
    assert len({entry_hash(ENTRY), *(entry_hash(ENTRY | {key: value}) for key, value in others.items())}) == len(others) + 1


def test_a_time_zone_is_no_difference() -> None:
    from nodekit.clock import SHANGHAI

    assert entry_hash(ENTRY) == entry_hash(ENTRY | {"at": ENTRY["at"].astimezone(SHANGHAI)})


def test_the_published_example_stays_the_same() -> None:
    """Anchors kept by peers are compared with this arithmetic for years."""
    assert entry_hash(ENTRY) == "29b22b4873c64d9ae26f2fef2aed8de6d6221ab5dcfd6d4dff2d769304f498bd"


def test_facts_become_plain() -> None:
    assert plain({"d": date(2026, 1, 1), "u": UUID(int=1), "m": Decimal("1.80"), "f": 1.5, "big": 2**60, "s": {"b", "a"}, "t": (1, None, True)}) == {
        "d": "2026-01-01",
        "u": str(UUID(int=1)),
        "m": "1.80",
        "f": "1.5",
        "big": str(2**60),
        "s": ["a", "b"],
        "t": [1, None, True],
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)) | st.dates(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )
)
def test_any_fact_can_be_stored_and_hashed(value: Any) -> None:
    facts = plain({"value": value})
    assert json.loads(json.dumps(facts)) == facts
    assert "\\u0000" not in json.dumps(facts)
    assert len(entry_hash(ENTRY | {"facts": facts})) == 64


def test_text_is_made_storable() -> None:
    assert clean("a\x00b\ud800") == "a�b?"
    assert len(clean("x" * 5000)) == 2000
