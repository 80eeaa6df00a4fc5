"""The search finds every canary in every disguise, wherever it stands: otherwise finding nothing proves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.federation.canary.seeking import canaries, disguises, files_under, found_in, packed, search_files

CANARIES = canaries()


def test_there_are_enough_and_they_are_unique():
    assert len(CANARIES) >= 30
    assert len(set(CANARIES.values())) == len(CANARIES)


@pytest.mark.parametrize("name", CANARIES)
def test_each_canary_is_found_in_each_disguise(name, tmp_path: Path):
    text = CANARIES[name]
    missed = []
    for how, form in disguises(f"一段话,{text},又一段").items():
        if how == "reversed" and text[::-1].encode() not in form:
            continue
        for where in (form, b"\x00\xff" * 50 + form + b"\x00\xff" * 50):
            if not found_in(where):
                missed.append(how)
    for how, form in packed(f'{{"text": "{text}"}}'.encode() * 3).items():
        if not found_in(form):
            missed.append(how)
    assert missed == []


@pytest.mark.parametrize("name", CANARIES)
def test_each_canary_is_found_in_a_file_deep_in_a_folder_and_in_a_file_name(name, tmp_path: Path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "block.blk").write_bytes(os.urandom(5000) + CANARIES[name].encode() + os.urandom(5000))
    (tmp_path / "a" / f"{CANARIES[name]}.txt").write_text("nothing", encoding="utf-8")
    assert len(search_files(files_under(tmp_path))) == 2


def test_random_bytes_and_ordinary_text_are_not_found():
    assert found_in(os.urandom(2_000_000)) == set()
    assert found_in("来信反映补贴到账后滞留专户四个月。1998 9901".encode() * 1000) == set()
