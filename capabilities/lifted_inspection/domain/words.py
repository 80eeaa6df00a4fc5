"""Lists of words: codes as stored and sent, labels as officers read them. A code of a newer release reads as itself, never as an error."""

from enum import StrEnum
from typing import Any, Self


class Word(StrEnum):
    """A code with its Chinese label."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def label_of(cls, code: str) -> str:
        return next((member.label for member in cls if member.value == code), "其他(新版本类别)")

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]

    @classmethod
    def labels(cls) -> dict[str, Any]:
        """For a form: `json_schema_extra={"labels": …}`."""
        return dict(cls.choices())


class Kind(Word):
    """How the superior steps in. Source: docs/domain, C.5."""

    LIFTED = "lifted", "提级巡察"
    CROSS = "cross", "交叉巡察"
    JOINT = "joint", "上下联动巡察"
    INTEGRATED = "integrated", "一体巡察"


class Reason(Word):
    """Why an organisation is hard to inspect from beside it."""

    ACQUAINTANCES = "acquaintances", "熟人社会"
    SAME_LEVEL = "same_level", "同级监督难"
    LARGE_FUNDS = "large_funds", "资金量大"
    PETITIONS = "petitions", "信访集中"
    SYSTEM_WIDE = "system_wide", "系统性、行业性问题"
    REPEATED = "repeated", "屡巡屡犯、整改不力"
    LEADERSHIP = "leadership", "涉及一把手监督"


class Opinion(Word):
    """What a desk says when it is consulted."""

    AGREE = "agree", "同意"
    CONDITIONAL = "conditional", "原则同意,附意见"
    DISAGREE = "disagree", "不同意"


class Outcome(Word):
    """How an application is decided."""

    APPROVED = "approved", "同意"
    DECLINED = "declined", "不予同意"
    DEFERRED = "deferred", "暂缓"


class Stage(Word):
    """Where an application stands above, as told to the office that asked."""

    SIGNED_ABOVE = "signed_above", "上级签收"
    CONSULTING = "consulting", "会商中"
    CONSULTED = "consulted", "会商完成"
    ESCALATED = "escalated", "提请上一级"
    CLOSED = "closed", "任务办结"
    VOIDED = "voided", "任务作废"


class Skill(Word):
    """What a person can do for a team. Source: docs/domain, C.12."""

    DISCIPLINE = "discipline", "纪检监察"
    ORGANIZATION = "organization", "组织人事"
    FINANCE_AUDIT = "finance_audit", "财务审计"
    POLITICAL_LEGAL = "political_legal", "政法"
    PETITIONS = "petitions", "信访"
    IDEOLOGY = "ideology", "宣传思想"
    AGRICULTURE = "agriculture", "农业农村"
    ENGINEERING = "engineering", "工程建设"


class PaperKind(Word):
    """Papers for which a named person signs."""

    TASK_BOOK = "task_book", "任务书"
    ENTRY_NOTICE = "entry_notice", "进驻通知"
    FEEDBACK = "feedback", "反馈意见"
    HAND_OVER = "hand_over", "问题移交清单"


class Addressee(Word):
    """In which capacity an office gets a copy."""

    HOST = "host", "属地巡察办"
    CONTRIBUTOR = "contributor", "抽调单位"
    INSPECTED_ORG = "inspected_org", "被巡察党组织"
    HOST_COMMITTEE = "host_committee", "属地党委"
    DEPARTMENT = "department", "有关部门"


class Step(Word):
    """What the host reports on the rectification it supervises."""

    PLAN = "plan", "整改方案"
    PROGRESS = "progress", "整改进展"
    SIX_MONTH = "six_month", "集中整改报告"
    EVALUATION = "evaluation", "整改评估结果"


class InterestKind(Word):
    """Four kinds of recusal."""

    FORMER_UNIT = "former_unit", "任职回避"
    HOME = "home", "地域回避"
    DUTY = "duty", "公务回避"
    RELATIVE = "relative", "亲属回避"


def labels_of(word: type[Word], codes: list[str]) -> str:
    """Several codes as one phrase."""
    return "、".join(word.label_of(code) for code in codes)
