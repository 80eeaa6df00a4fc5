"""Unified social credit codes: good ones pass, every kind of slip is named."""

import pytest

from capabilities.inspection import uscc

GOOD = ("91350100M000100Y43", "11990100DM0000013U", "11990121DM00000214", "11990121DM000003XU", "12990121DM0000048Q", "11990122DM00000565")


@pytest.mark.parametrize("code", GOOD)
def test_published_and_synthetic_codes_are_accepted(code):
    assert uscc.problem(code) is None


@pytest.mark.parametrize("code", GOOD)
def test_every_single_wrong_character_is_found(code):
    for place in range(uscc.LENGTH):
        other = next(letter for letter in uscc.ALPHABET if letter != code[place])
        assert uscc.problem(code[:place] + other + code[place + 1 :]), place


@pytest.mark.parametrize(("code", "said"), [("1199", "18位"), ("11990100DM000001IU", "不允许的字符"), ("11990100dm0000013U", "小写"), ("", "18位")])
def test_the_refusal_says_what_is_wrong(code, said):
    assert said in (uscc.problem(code) or "")


def test_the_check_character_makes_the_weighted_sum_a_multiple_of_31():
    for last in uscc.ALPHABET:  # every remainder occurs
        body = "11990121DM000002" + last
        code = body + uscc.check_character(body)
        assert sum(uscc.ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(body)) % 31 == -uscc.ALPHABET.index(code[-1]) % 31
