"""What a service may set on a desk's side."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceiverOptions:
    """How this desk numbers clues: 机关代字 after the first character of its name, e.g. 样 + 线受."""

    number_word: str = "线受"
