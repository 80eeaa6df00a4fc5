"""Words that may grow: a value of a newer release reads as unknown, never as an error."""

from collections.abc import Mapping

OUTCOMES = {"taken_up": "已受理研究", "returned_with_guidance": "退回并指导", "merged_into": "并入已有共性问题"}
RETURN_REASONS = {"wrong_addressee": "不属本单位职责", "missing_annex": "附件不全", "unclear": "表述不清", "other": "其他原因"}
STEPS = {"sign": "签收", "plan": "首次报告", "result": "结果报告"}
BASIS = {"category": "同一类别", "text": "文本相似", "both": "类别相同且文本相似"}
REPLIES = {"plan": "首次报告", "progress": "治理进展", "result": "结果报告"}
UNKNOWN = "其他(新版本类别)"


def label(words: Mapping[str, str], code: str | None) -> str:
    """Label of a code; "" for none."""
    return words.get(code, UNKNOWN) if code else ""


def issue_number(year: int, running: int) -> str:
    """CI-2026-003."""
    return f"CI-{year}-{running:03d}"


def document_number(word: str, year: int, running: int) -> str:
    """发文字号: 机关代字, year in hexagonal brackets, running number without leading zeros: 演巡建〔2026〕3号."""
    return f"{word}〔{year}〕{running}号"


def document_word(office_name: str, act: str) -> str:
    """机关代字: the first character of the office's name and the act, e.g. 演 + 巡建."""
    return office_name[:1] + act
