"""What the sides number: issues, reports, escalations, 督办单 and the letters by their 代字."""

from capabilities.common_issue.domain.instruments import KINDS
from nodekit.numbering import Series

ISSUE = Series("CI", "共性问题编号", "CI-{year}-{number:03d}")
REPORT = Series("巡报", "问题报送")
ESCALATION = Series("巡请", "提请事项")
SUPERVISE = Series("巡督", "督办单")
LETTERS = {code: Series(kind.word, kind.title) for code, kind in KINDS.items()}
"""By kind of letter: 巡建 in 演巡建〔2026〕3号."""
