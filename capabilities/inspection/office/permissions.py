"""Who may do what in inspection work. Source: docs/domain, B.1; posts are data of nodekit.identity."""

from nodekit.spec import Permission

OFFICE = frozenset({"office_director", "office_clerk"})
LEADERS = frozenset({"committee", "leading_group_head", "office_director"})
TEAM = frozenset({"team_leader", "team_member", "liaison_officer"})
READERS = OFFICE | LEADERS | frozenset({"rectification_desk", "info_officer"})

PERMISSIONS = (
    Permission("inspection.view", "查看巡察实施台账", READERS | TEAM | {"office_contact", "supervision_team", "supervising_leader"}),
    Permission("inspection.view_findings", "查看本组问题", READERS | TEAM),
    Permission("inspection.view_all_findings", "查看全部问题", READERS),
    Permission("inspection.manage_targets", "维护巡察对象库和届次", OFFICE | {"info_officer"}),
    Permission("inspection.plan", "编制计划和方案", OFFICE),
    Permission("inspection.decide", "登记授权、听取汇报和反馈", LEADERS),
    Permission("inspection.run", "登记进驻和实施环节", OFFICE | {"team_leader"}),
    Permission("inspection.view_people", "查看回避档案", OFFICE | LEADERS),
    Permission("inspection.map_taxonomy", "调整问题分类对应", frozenset({"office_director", "leading_group_head"})),
    Permission("inspection.form_team", "组建巡察组和核查回避", OFFICE),
    Permission("inspection.register_finding", "登记问题", OFFICE | {"team_leader", "team_member", "info_officer"}),
    Permission("inspection.review_finding", "审核问题", frozenset({"team_leader", "office_director"})),
    Permission("inspection.close_finding", "问题销号", frozenset({"rectification_desk", "office_director"})),
    Permission("inspection.file", "向上级报备", OFFICE),
)
