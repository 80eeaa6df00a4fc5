"""The one room for running numbers and document numbers (发文字号): unique and without gaps per series and year, for every slice of the node.

A number is taken in the transaction of the act that uses it: rolled back together, never lost, never given twice. What becomes void keeps its
number, and the register says why. Never: a number without a use, a second counter in a slice.
"""

from nodekit.numbering.register import INVARIANTS, dated, given, take, void
from nodekit.numbering.series import DOCUMENT, Series

__all__ = ["DOCUMENT", "INVARIANTS", "Series", "dated", "given", "take", "void"]
