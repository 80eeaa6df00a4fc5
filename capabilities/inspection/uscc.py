"""Unified social credit codes, GB 32100-2015.

Source: docs/domain/sources.md, F2. Check character per GB/T 17710, weights 3^i mod 31.
"""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""No I, O, Z, S, V: they are too like other characters on paper."""
LENGTH = 18


def check_character(body: str) -> str:
    """The eighteenth character for the first seventeen.

    Raises:
        ValueError: a character is not in the alphabet or the length is not 17.
    """
    if len(body) != LENGTH - 1:
        raise ValueError(f"expected {LENGTH - 1} characters, got {len(body)}")
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[(31 - total % 31) % 31]


def problem(code: str) -> str | None:
    """What is wrong with a code, as one Chinese sentence; None when it is well formed."""
    if len(code) != LENGTH:
        return f"统一社会信用代码应为18位,现为{len(code)}位。"
    if wrong := sorted({character for character in code if character not in ALPHABET}):
        return f"统一社会信用代码含有不允许的字符:{''.join(wrong)}(不使用小写字母及I、O、Z、S、V)。"
    if check_character(code[:-1]) != code[-1]:
        return "统一社会信用代码校验位不符,请核对是否抄错。"
    return None
