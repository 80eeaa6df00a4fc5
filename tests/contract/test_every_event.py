"""Every event type is said by somebody and heard by somebody, and the generated documents are up to date."""

import pytest

from contracts.tools.asyncapi import heard_by, of_every_node, spoken_by
from contracts.tools.generate import SERVICES, documents, load_events, text_of
from nodekit.cli import load_spec

SPECS = [load_spec(f"services.{service}") for service in SERVICES]


@pytest.mark.parametrize("name", sorted(load_events()))
def test_somebody_says_it_and_somebody_hears_it(name: str) -> None:
    event = load_events()[name]
    assert event in of_every_node() or any(event in spoken_by(part) for spec in SPECS for part in spec.slices), f"no service issues {name}"
    assert event in of_every_node() or any(event in heard_by(spec) for spec in SPECS), f"no service handles {name}"


def test_the_documents_are_what_the_code_says() -> None:
    drift = [str(path) for path, document in documents() if not path.exists() or path.read_text(encoding="utf-8") != text_of(document)]
    assert drift == [], "run `make contracts` and commit the result"
