"""Targets, rounds, teams and findings of six offices; schemes and a report filed upward and answered."""  # noqa: N999 - stages are numbered

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from typing import Any

from deploy.demo.clock import LONGEST, stop_for
from deploy.demo.scenario.client import Client
from deploy.demo.scenario.inspection_story import OFFICES, Found, OfficeStory, RoundStory, TeamStory
from deploy.demo.scenario.story import Federation, Step

TITLE = "巡察实施:对象、轮次、巡察组、问题与报备"
TARGETS, ROUNDS, TEAMS, FINDINGS, RECEIVED = (f"/inspection/{key}" for key in ("targets", "rounds", "teams", "findings", "received-filings"))
LINE = (
    "planned", "scheme_drafted", "scheme_filed", "authorised", "entered", "midterm_reviewed", "onsite_ended", "reported", "heard_by_leading_group",
    "heard_by_secretary_meeting", "fed_back", "rectifying", "evaluated", "archived",
)
TARGET_HEAD = "党组织名称\t组织形式\t系统\t管理权限\t统一社会信用代码\t所在地\t标签\t重点对象\t设立日期"
FINDING_HEAD = "编号前缀\t被巡察党组织\t问题编号\t问题类别\t问题摘要\t问题表述\t去标识表述\t标签\t涉及金额(元)\t经办人"
TERM_YEARS_GONE, TERM_YEARS = 4, 5
PEOPLE: tuple[tuple[str, str, str, tuple[dict[str, str], ...]], ...] = (
    ("组员辛", "样例县审计局", "外县某镇", ({"kind": "relative", "target": "样例县供销社党组", "relation": "配偶"},)),
    ("组员壬", "样例县财政局", "样例县白石乡", ({"kind": "duty", "target": "样例县自然资源局党组", "relation": "曾对口联系"},)),
    ("组员癸", "样例县民政局", "样例县白石乡", ({"kind": "former_unit", "target": "样例县民政局党组", "relation": "现任股长"}, {"kind": "relative", "place": "样例县第一中学", "relation": "兄长"})),
)
"""Name, unit, native place, ties."""
SCHEME_REPORTED = ("yl3", "fl3")
"""Rounds whose report was filed upward; the first is acknowledged."""


ENTRY_DAYS = {"scheme_drafted": -30, "scheme_filed": -25, "authorised": -15, "entered": 0, "midterm_reviewed": 28}
"""Days from the entry, by state."""
EXIT_DAYS = {
    "onsite_ended": -1, "reported": 12, "heard_by_leading_group": 18, "heard_by_secretary_meeting": 26, "fed_back": 33, "rectifying": 63, "evaluated": 230,
    "archived": 260,
}
"""Days from the end of the work on site, by state."""
REGISTERED = 14
"""Days ago at which recusal records and the mapping of classifications were entered."""
PREPARED, REVIEWED, CONFIRMED, REPORTED_UP, CLOSED_FIRST, CLOSED_EVERY = -45, 10, 18, 40, 75, 14


async def play(fed: Federation) -> None:
    """Registries first, then the acts of all rounds in the order of their days."""
    acts: list[tuple[int, str, Step]] = []
    for story in OFFICES:
        place = fed.plan.member(story.office).office.name
        await fed.step(f"{place}:届次和巡察对象库", _named(f"registry_{story.office}", _registry, story), ago=LONGEST)
        for plan in story.rounds:
            name = f"{place}:{story.term_name}第{plan.number}轮"
            acts += [(stop_for(plan.entered - after), name, _named(f"{plan.key}_{act}", _act, story, plan, act)) for after, act in _acts_of(story, plan)]
    acts += [(REGISTERED, "样例县:回避档案", _people), (REGISTERED, "演示市:问题分类对应", _mapping)]
    for ago, name, act in sorted(acts, key=lambda each: -each[0]):
        await fed.step(name, act, ago=ago)


async def _people(fed: Federation) -> None:
    """Recusal records of those who may be called up; one joins a team after the leading group ruled on his tie."""
    office = OFFICES[0].office
    clerk, head = fed.officer(office, "office_clerk"), fed.officer(office, "office_director")
    ids = {row["name"]: row["id"] for row in await clerk.list(TARGETS, size=100)}
    signed = (fed.today - timedelta(days=40)).isoformat()
    made = {}
    for name, unit, place, ties in PEOPLE:
        named = [{**tie, "target": ids[tie["target"]]} if "target" in tie else tie for tie in ties]
        made[name] = (await clerk.create("/inspection/people", name=name, unit=unit, native_place=place, declared_on=signed, ties=named))["id"]
    teams = await clerk.list(TEAMS, size=100)
    team = next(row for row in teams if row["code"] == "YL-03")
    joined = fed.today.isoformat()
    await clerk.act(TEAMS, team["id"], "add-member", person=made["组员辛"], role="member", joined_on=joined)
    await head.act(
        TEAMS, team["id"], "add-member", person=made["组员壬"], role="member", joined_on=joined,
        override_reason="仅负责资料整理,不参与该单位谈话和核查", override_document=f"样巡组〔{fed.today.year}〕6号",
    )


async def _mapping(fed: Federation) -> None:
    """The city counts paper rectification under discipline, not under rectification."""
    await fed.officer("990100-inspection", "office_director").create(
        "/inspection/mappings", code="F4.2", implementation="S2", document=f"演巡组〔{fed.today.year}〕4号", reason="虚假整改按形式主义、官僚主义问题归类",
    )


def _offset(plan: RoundStory, state: str) -> int:
    """Days from the entry to a state of the round."""
    return ENTRY_DAYS[state] if state in ENTRY_DAYS else plan.onsite + EXIT_DAYS[state]


def _acts_of(story: OfficeStory, plan: RoundStory) -> Iterator[tuple[int, str]]:
    """(days from the entry, act) of one round."""
    yield PREPARED, "prepare"
    for state in LINE[1 : LINE.index(plan.until) + 1]:
        yield _offset(plan, state), f"to_{state}"
        if state == "scheme_filed" and not story.office.startswith("990000"):
            yield _offset(plan, state), "answer_scheme"
        if state == "entered" and plan.findings:
            yield REVIEWED, "review_findings"
            yield CONFIRMED, "confirm_findings"
        if state == "rectifying":
            for number in range(plan.closed):
                yield plan.onsite + CLOSED_FIRST + CLOSED_EVERY * number, f"close_{number}"
        if state == "fed_back" and plan.key in SCHEME_REPORTED:
            yield plan.onsite + REPORTED_UP, "report_upward"


def _named(name: str, work: Callable[..., Awaitable[None]], *given: Any) -> Callable[[Federation], Awaitable[None]]:
    """A step remembered under its own name: the same work is done for several offices."""

    async def step(fed: Federation) -> None:
        await work(fed, *given)

    step.__name__ = name
    return step


async def _registry(fed: Federation, story: OfficeStory) -> None:
    clerk, today = fed.officer(story.office, "office_clerk"), fed.today
    began = today.replace(year=today.year - TERM_YEARS_GONE, day=1)
    await clerk.create(
        "/inspection/terms", number=story.term, name=story.term_name, started_on=began.isoformat(),
        planned_end_on=began.replace(year=began.year + TERM_YEARS).isoformat(),
    )
    rows = ["\t".join([*line.split("|"), began.isoformat()]) for line in story.targets]
    await clerk.post("/api/inspection/import/targets", {"text": "\n".join([TARGET_HEAD, *rows]), "commit": True})


async def _act(fed: Federation, story: OfficeStory, plan: RoundStory, act: str) -> None:
    """One act of one round."""
    playing = _Playing(fed, story, plan)
    if act.startswith("close_"):
        await playing.close_finding(int(act.removeprefix("close_")))
    else:
        await getattr(playing, act)()


class _Playing:
    """One round being played: who acts, on which day."""

    def __init__(self, fed: Federation, story: OfficeStory, plan: RoundStory) -> None:
        self.fed, self.story, self.plan = fed, story, plan
        self.clerk, self.head = fed.officer(story.office, "office_clerk"), fed.officer(story.office, "office_director")
        self.leader = fed.officer(story.office, "leading_group_head")

    @property
    def round_id(self) -> str:
        return str(self.fed.recall(f"inspection.round.{self.plan.key}")["id"])

    @property
    def name(self) -> str:
        return str(self.fed.recall(f"inspection.round.{self.plan.key}")["name"])

    def day(self, after_entry: int) -> date:
        """A day counted from the first day on site, never later than today."""
        return min(self._entry() + timedelta(days=after_entry), self.fed.today)

    def on(self, state: str) -> date:
        """The day the round comes to a state."""
        return self.day(_offset(self.plan, state))

    def _entry(self) -> date:
        return self.fed.day(self.plan.entered)

    def paper(self, kind: str, on: date) -> str:
        return f"{self.story.mark}{kind}〔{on.year}〕{self.plan.number}号"

    async def act(self, who: Client, action: str, **form: Any) -> None:
        await who.act(ROUNDS, self.round_id, action, **form)

    async def prepare(self) -> None:
        """Plan, organisations, batches, teams with signed declarations."""
        plan, entry = self.plan, self._entry()
        made = await self.clerk.create(
            ROUNDS, number=plan.number, kind=plan.kind, topic=plan.topic, planned_entry_on=entry.isoformat(),
            planned_end_on=(entry + timedelta(days=plan.onsite - 1)).isoformat(), basis_documents=["中国共产党巡视工作条例", f"{self.story.term_name}巡察工作规划"],
        )
        self.fed.remember(f"inspection.round.{plan.key}", {"id": made["id"], "name": made["name"]})
        ids = {row["name"]: row["id"] for row in await self.clerk.list(TARGETS, size=100)}
        for number in range(1, plan.batches + 1):
            await self.act(
                self.clerk, "add-batch", number=number, planned_entry_on=entry.isoformat(), planned_end_on=(entry + timedelta(days=plan.onsite - 1)).isoformat()
            )
        for team in plan.teams:
            await self.act(self.clerk, "add-targets", targets=[ids[name] for name in team.targets], batch_number=team.batch)
            await self._team(team, [ids[name] for name in team.targets])

    async def _team(self, team: TeamStory, targets: list[str]) -> None:
        joined = self.day(-20).isoformat()
        team_id = (await self.clerk.create(TEAMS, round=self.round_id, number=team.number, code=team.code))["id"]
        people = (
            ("leader", f"组长{'甲乙丙丁'[team.number - 1]}", "zuzhang"), ("deputy", f"副组长{'乙丙丁戊'[team.number - 1]}", ""), ("liaison", "联络员丙", ""),
            ("member", "组员己", ""), ("member", "组员庚", ""), ("office_contact", "联系人丁", ""),
        )
        for role, name, username in people:
            unit = "巡察办" if role == "office_contact" else "人才库抽调单位"
            await self.clerk.act(TEAMS, team_id, "add-member", name=name, role=role, unit=unit, joined_on=joined, username=username)
        for member in await self.clerk.get(f"/api{TEAMS}/{team_id}/members"):
            interests = [{"kind": "home", "place": "外县某镇"}] if member["role"] == "deputy" else []
            await self.clerk.act(TEAMS, team_id, "declare", member=member["id"], declared_on=joined, interests=interests)
        await self.act(self.clerk, "assign-targets", team=team_id, targets=targets)

    async def to_scheme_drafted(self) -> None:
        on = self.on("scheme_drafted")
        await self.act(self.clerk, "draft-scheme", on=on.isoformat(), document=self.paper("办", on), consulted="纪委监委、组织部", note="聚焦“三个聚焦”和整改落实")

    async def to_scheme_filed(self) -> None:
        """Provinces file with nobody."""
        if self.story.office.startswith("990000"):
            return
        names = "、".join(name for team in self.plan.teams for name in team.targets)
        await self.act(
            self.clerk, "file-scheme", title=f"{self.name}工作方案", document=self.paper("方", self.on("scheme_filed")),
            content=f"本轮巡察{len(self.plan.teams)}个组,对象:{names}。现场{self.plan.onsite}天,同步开展延伸巡察。",
        )

    async def to_authorised(self) -> None:
        on = self.on("authorised")
        await self.act(self.leader, "authorise", on=on.isoformat(), document=self.paper("委", on))

    async def to_entered(self) -> None:
        on = self.on("entered")
        await self.act(
            self.clerk, "enter", on=on.isoformat(), notified_on=self.day(-11).isoformat(), announced_on=on.isoformat(), mobilised_on=on.isoformat(),
            document=self.paper("组告", on), batch_number=1 if self.plan.batches else None,
        )
        if self.plan.findings:
            rows = ["\t".join(_cells(found)) for found in self.plan.findings]
            await self.clerk.post("/api/inspection/import/findings", {"text": "\n".join([FINDING_HEAD, *rows]), "commit": True})

    async def to_midterm_reviewed(self) -> None:
        await self.act(self.leader, "review-midterm", on=self.on("midterm_reviewed").isoformat(), comments=7, note="下沉了解不够深入,底稿要件需补齐")

    async def to_onsite_ended(self) -> None:
        await self.act(self.clerk, "end-onsite", on=self.on("onsite_ended").isoformat(), villages_extended=self.plan.villages)

    async def to_reported(self) -> None:
        on = self.on("reported")
        await self.act(self.clerk, "submit-report", on=on.isoformat(), document=self.paper("报", on), thematic=1, principal_profiles=len(self.plan.teams))

    async def to_heard_by_leading_group(self) -> None:
        on = self.on("heard_by_leading_group")
        await self.act(self.leader, "hear-in-leading-group", on=on.isoformat(), document=self.paper("组纪", on), instructions=2)

    async def to_heard_by_secretary_meeting(self) -> None:
        on = self.on("heard_by_secretary_meeting")
        await self.act(self.leader, "hear-in-secretary-meeting", on=on.isoformat(), document=self.paper("书纪", on), instructions=3)

    async def to_fed_back(self) -> None:
        on = self.on("fed_back")
        await self.act(self.head, "feed-back", on=on.isoformat(), document=self.paper("反", on), manner="一对一反馈")

    async def to_rectifying(self) -> None:
        await self.act(self.clerk, "begin-rectification", on=self.on("rectifying").isoformat(), document="", note="整改方案已会审")

    async def close_finding(self, number: int) -> None:
        """The finding of that place in the list is accepted as rectified."""
        rows = sorted(await self.head.list(FINDINGS, round_id=self.round_id, size=100), key=lambda each: str(each["number"]))
        on = self.day(self.plan.onsite + CLOSED_FIRST + CLOSED_EVERY * number)
        await self.head.act(FINDINGS, rows[number]["id"], "close", on=on.isoformat(), opinion="整改到位,佐证齐全,同意销号")

    async def to_evaluated(self) -> None:
        on = self.on("evaluated")
        await self.act(self.leader, "evaluate", on=on.isoformat(), document=self.paper("评", on))

    async def to_archived(self) -> None:
        on = self.on("archived")
        await self.act(self.clerk, "archive", on=on.isoformat(), document=f"档{on.year}-{self.plan.number:02d}")

    async def review_findings(self) -> None:
        """The teams' findings are reviewed or sent back, as far as each has gone."""
        ids = await self._finding_ids()
        for found in self.plan.findings:
            if found.state in {"reviewed", "confirmed"}:
                await self.head.act(FINDINGS, ids[found.number], "review", opinion="同意列入")
            if found.state == "returned":
                await self.head.act(FINDINGS, ids[found.number], "return", opinion="补充派车单编号和时间")

    async def confirm_findings(self) -> None:
        ids, on = await self._finding_ids(), self.day(CONFIRMED)
        for found in self.plan.findings:
            if found.state == "confirmed":
                await self.head.act(
                    FINDINGS, ids[found.number], "confirm", on=on.isoformat(), confirmation=f"{found.number}事实确认单,单位已签字", deidentified=found.deidentified
                )

    async def _finding_ids(self) -> dict[str, str]:
        return {str(row["number"]): str(row["id"]) for row in await self.head.list(FINDINGS, round_id=self.round_id, size=100)}

    async def report_upward(self) -> None:
        """After feedback the secretary's speech and the general report go up; the first one is put on record."""
        await self.act(
            self.clerk, "file-report", title=f"{self.name}综合情况报告", document=self.paper("综", self.fed.today),
            content=f"本轮共发现问题{len(self.plan.findings)}个,集中在财务与资产、惠民补贴、工程项目等方面;书记专题会要求举一反三、建章立制。",
        )
        if self.plan.key == SCHEME_REPORTED[0]:
            await self._answer("综合情况报告", f"备〔{self.fed.today.year}〕综1号", "共性问题请报市级研究。")

    async def answer_scheme(self) -> None:
        """The superior office signs and puts on record; one is left signed."""
        filed = [plan.key for story in OFFICES if self._superior(story.office) == self._superior() for plan in story.rounds if "scheme_filed" in LINE[: LINE.index(plan.until) + 1]]
        serial = filed.index(self.plan.key) + 1
        remarks = "请突出“一把手”监督,做好延伸巡察村(社区)的统筹。" if serial == 1 else ""
        await self._answer("工作方案", f"备〔{self.fed.today.year}〕{serial}号", remarks)

    def _superior(self, office: str = "") -> str:
        return self.fed.plan.member(office or self.story.office).office.parent or ""

    async def _answer(self, paper: str, number: str, remarks: str) -> None:
        if self.plan.answer == "sent":
            return
        clerk, title = self.fed.officer(self._superior(), "office_clerk"), self.name + paper
        row = await clerk.wait_for_record(RECEIVED, lambda each: bool(each["title"] == title), title, origin=self.story.office, size=100)
        if row["status"] == "sent":
            await clerk.act(RECEIVED, row["id"], "sign")
        if self.plan.answer == "acknowledged" and row["status"] != "acknowledged":
            await clerk.act(RECEIVED, row["id"], "acknowledge", number=number, remarks=remarks)


def _cells(found: Found) -> list[str]:
    prefix = found.number.rpartition("-")[0]
    return [prefix, found.target, found.number, found.category, found.title, found.statement, found.deidentified, found.tags, found.amount, "组员己、组员庚"]
