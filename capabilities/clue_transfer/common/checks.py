"""CHECK constraints from the domain's words."""

from collections.abc import Iterable


def among(column: str, values: Iterable[str]) -> str:
    """`status IN ('a', 'b')`; the values are codes of domain.py, never input."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"
