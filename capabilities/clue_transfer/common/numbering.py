"""What the two ends number. How many clues there are is itself need to know."""

from nodekit.numbering import Series

CLUE = Series("线索", "问题线索编号", "{within}-X{number:02d}", yearly=False, confidential=True)
"""Within a team, for clues and stubs alike: YL-01-X05. Source: docs/domain, H.4."""
TRANSFER = Series("巡移", "线索移交函", confidential=True)
SLIP = Series("巡交", "线索纸件交接单", confidential=True)
URGE = Series("巡催", "催办单")
SUPERVISE = Series("巡督", "督办单")


def desk_series(word: str) -> Series:
    """A desk's own central numbers (集中编号)."""
    return Series(word, "线索受理编号", confidential=True)
