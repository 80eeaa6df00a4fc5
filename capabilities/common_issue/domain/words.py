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
