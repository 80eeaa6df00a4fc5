"""Posts (岗位) as data: who works at an office, and which posts one person may not hold together.

Source: docs/domain, B.1. Reporters (举报人) have no account anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nodekit.errors import NodeError
from shared_schemas.offices import OfficeKind, Tier

_I, _D, _O, _S = OfficeKind.INSPECTION, OfficeKind.DISCIPLINE, OfficeKind.ORGANIZATION, OfficeKind.SECTOR
EVERYWHERE = frozenset(OfficeKind)


@dataclass(frozen=True)
class Post:
    """A post that accounts of some kinds of office can hold."""

    code: str
    label: str
    kinds: frozenset[OfficeKind]
    hint: str
    """Chinese: what the post does, one phrase."""

    def label_for(self, tier: Tier) -> str:
        """Provinces do 巡视, cities and counties 巡察."""
        return self.label.replace("巡察", "巡视") if tier is Tier.PROVINCE else self.label


POSTS: dict[str, Post] = {
    post.code: post
    for post in (
        Post("committee", "党委/书记专题会", frozenset({_I}), "听取汇报,决定成果运用"),
        Post("leading_group_head", "巡察工作领导小组组长", frozenset({_I}), "审批方案、授权巡察组、审批移交清单"),
        Post("office_director", "巡察办主任", frozenset({_I}), "主持日常工作,签发对外交换"),
        Post("office_clerk", "巡察办经办人", frozenset({_I}), "登记、收发、催办"),
        Post("rectification_desk", "督查整改科", frozenset({_I}), "审核整改方案和报告,评估销号"),
        Post("info_officer", "信息员", frozenset({_I}), "数据导入、统计和数据质量"),
        Post("team_leader", "巡察组组长", frozenset({_I}), "审定底稿,提出处置建议"),
        Post("team_member", "巡察组副组长/组员", frozenset({_I}), "谈话、底稿、信访登记"),
        Post("liaison_officer", "联络员", frozenset({_I}), "后勤、日程、登记上传"),
        Post("office_contact", "联系人", frozenset({_I}), "跟踪巡察组,传达提示,中期点评"),
        Post("supervision_team", "督导组", frozenset({_I}), "下沉督导,记录问题和意见"),
        Post("inspected_contact", "被巡察党组织联络员", frozenset({_I}), "接收反馈,报送方案、报告和佐证"),
        Post("discipline_intake", "案件监督管理室", frozenset({_D}), "签收、登记、分办问题线索"),
        Post("discipline_desk", "监督检查室", frozenset({_D}), "处置问题线索,反馈办理情况,监督整改"),
        Post("org_dept", "干部监督科", frozenset({_O}), "选人用人事项、凡提必用查询"),
        Post("dept_contact", "部门联系人", frozenset({_D, _O, _S}), "答复信息提请,办理函件"),
        Post("sector_dept", "行业主管部门", frozenset({_S}), "办理建议函,开展专项治理"),
        Post("supervising_leader", "分管领导", EVERYWHERE, "阅批专报、抄告单,督促办理"),
        Post("sys_admin", "系统管理员", EVERYWHERE, "账号、密钥、备份;不接触业务内容"),
        Post("security_officer", "安全保密员", EVERYWHERE, "授予和调整岗位"),
        Post("audit_officer", "安全审计员", EVERYWHERE, "查阅和验证审计日志"),
    )
}

ADMIN_DUTIES = ("sys_admin", "security_officer", "audit_officer")
"""三员分立: no person may hold two of them."""

PRESETS: dict[str, dict[OfficeKind, tuple[str, ...]]] = {
    "small-office-head": {_I: ("office_director", "leading_group_head", "rectification_desk", "supervision_team")},
    "small-office-clerk": {
        _I: ("office_clerk", "info_officer", "office_contact", "liaison_officer"),
        _D: ("discipline_intake", "discipline_desk", "dept_contact"),
        _O: ("org_dept", "dept_contact"),
        _S: ("sector_dept", "dept_contact"),
    },
    "team": {_I: ("team_leader", "team_member")},
    "system": dict.fromkeys(OfficeKind, ("sys_admin",)),
    "security": dict.fromkeys(OfficeKind, ("security_officer",)),
    "audit": dict.fromkeys(OfficeKind, ("audit_officer",)),
}
"""Small-office presets: three to five people share the work, but the three admin duties never meet in one hand."""


class PostsNotAllowed(NodeError):
    """Unknown post, wrong kind of office, or admin duties in one hand."""

    code = "identity.posts_not_allowed"
    status = 422

    def __init__(self, why: str) -> None:
        super().__init__(f"岗位设置不符合规定:{why}", hint="系统管理员、安全保密员、安全审计员须由不同的人担任;其他岗位可以兼任。")


def posts_of_kind(kind: OfficeKind) -> list[Post]:
    return [post for post in POSTS.values() if kind in post.kinds]


def resolve_posts(asked: Iterable[str], kind: OfficeKind) -> frozenset[str]:
    """Post codes for one account; `preset:<name>` stands for the posts of a preset.

    Raises:
        PostsNotAllowed: unknown, not for this kind of office, or two admin duties together.
    """
    codes: set[str] = set()
    for word in (word.strip() for word in asked if word.strip()):
        if word.startswith("preset:"):
            preset = PRESETS.get(word.removeprefix("preset:"), {}).get(kind)
            if preset is None:
                raise PostsNotAllowed(f"{kind.label}没有预设“{word.removeprefix('preset:')}”")
            codes.update(preset)
        elif word not in POSTS or kind not in POSTS[word].kinds:
            raise PostsNotAllowed(f"{kind.label}没有岗位“{POSTS[word].label if word in POSTS else word}”")
        else:
            codes.add(word)
    if len(codes.intersection(ADMIN_DUTIES)) > 1:
        raise PostsNotAllowed("、".join(POSTS[code].label for code in ADMIN_DUTIES if code in codes) + "不能由一人兼任")
    return frozenset(codes)
