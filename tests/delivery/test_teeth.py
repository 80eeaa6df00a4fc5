"""A few of the mutations of `make teeth`, each in a process of its own; and that every one of them still says something about the source."""

from __future__ import annotations

import ast

import pytest

from tests.delivery.teeth.__main__ import bite
from tests.delivery.teeth.loader import ROOT
from tests.delivery.teeth.mutations import MUTATIONS

QUICK = (
    "gap_taken", "overlap_off_by_one", "fork_not_seen", "other_line_ignored", "receipt_for_any_link", "takes_any_echo", "fenced_speaks",
    "fence_one_way", "prior_refusal_ignored", "spans_name_the_first_hash",
)


@pytest.mark.parametrize("name", QUICK)
def test_broken_source_is_noticed(name):
    noticed, by = bite(name, seeds=40)
    assert noticed, f"{MUTATIONS[name].rule}: {by}"


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=lambda mutation: mutation.name)
def test_a_mutation_breaks_the_source_as_it_stands(mutation):
    source = (ROOT / mutation.path).read_text(encoding="utf-8")
    assert ast.dump(ast.parse(mutation.broken(source))) != ast.dump(ast.parse(source))
