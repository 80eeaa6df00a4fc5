"""Words of inspection work: codes as stored and sent, labels as officers read them. Pure data."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A code with its Chinese label: `RoundKind.CROSS.label == "交叉"`."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def label_of(cls, code: str) -> str:
        """The label, or the code itself when a newer office sent one we do not know."""
        return next((member.label for member in cls if member.value == code), code)

    @classmethod
    def of(cls, code: str) -> Self:
        """The member with this code.

        Raises:
            KeyError: there is none.
        """
        return {member.value: member for member in cls}[code]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]

    @classmethod
    def match(cls, text: str) -> Self | None:
        """The member meant by a pasted cell: code or label."""
        return next((member for member in cls if text.strip() in (member.value, member.label)), None)


class OrgKind(Labelled):
    PARTY_GROUP = "party_group", "党组"
    PARTY_COMMITTEE = "party_committee", "党委"
    WORK_COMMITTEE = "work_committee", "党工委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"


class Affiliation(Labelled):
    """Which tier manages the organisation: decides who inspects it."""

    CENTRAL = "central", "中央管"
    PROVINCE = "province", "省管"
    CITY = "city", "市管"
    COUNTY = "county", "县管"
    TOWNSHIP = "township", "乡镇(街道)管"
    VILLAGE = "village", "村(社区)"


class Sector(Labelled):
    """The system (系统) an organisation belongs to."""

    PARTY_AFFAIRS = "party_affairs", "党群"
    GOVERNMENT = "government", "政府综合"
    POLITICAL_LEGAL = "political_legal", "政法"
    EDUCATION = "education", "教育"
    HEALTH = "health", "卫生健康"
    AGRICULTURE = "agriculture", "农业农村"
    NATURAL_RESOURCES = "natural_resources", "自然资源与生态"
    CONSTRUCTION = "construction", "住建交通"
    FINANCE = "finance", "财税金融"
    WATER = "water", "水利"
    COMMERCE = "commerce", "商务供销"
    CULTURE = "culture", "文旅宣传"
    CIVIL_AFFAIRS = "civil_affairs", "民政人社"
    SOE = "soe", "国有企业"
    TOWNSHIP = "township", "乡镇街道"
    OTHER = "other", "其他"


class RoundKind(Labelled):
    """How an inspection is carried out."""

    ROUTINE = "routine", "常规"
    SPECIAL = "special", "专项"
    MOBILE = "mobile", "机动"
    LOOK_BACK = "look_back", "“回头看”"
    LIFTED = "lifted", "提级"
    CROSS = "cross", "交叉"
    JOINT = "joint", "联动"
    INTEGRATED = "integrated", "一体"


class Level(Labelled):
    """Where findings are counted: the heading or the concrete case, never both."""

    GROUP = "group", "问题归类"
    INSTANCE = "instance", "具体表现"


class Role(Labelled):
    """Fixed roles in a team (T1)."""

    LEADER = "leader", "组长"
    DEPUTY = "deputy", "副组长"
    LIAISON = "liaison", "联络员"
    MEMBER = "member", "组员"
    OFFICE_CONTACT = "office_contact", "联系人"


class FilingKind(Labelled):
    SCHEME = "scheme", "工作方案"
    REPORT = "report", "讲话和综合报告"


class MeetingKind(Labelled):
    STANDING_COMMITTEE = "standing_committee", "常委会会议"
    SECRETARY_MEETING = "secretary_meeting", "书记专题会议"
    LEADING_GROUP = "leading_group", "领导小组会议"
    ANALYSIS = "analysis", "研判会议"


class InterestKind(Labelled):
    """Why somebody may have to stand back."""

    FORMER_UNIT = "former_unit", "任职回避"
    HOME = "home", "地域回避"
    DUTY = "duty", "公务回避"
    RELATIVE = "relative", "亲属回避"
