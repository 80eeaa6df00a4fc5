"""Inspection work as an officer does it, over the JSON API: what tests need to have happened before their own step."""

from datetime import date, timedelta
from typing import Any

from nodekit.clock import SHANGHAI, utc_now
from nodekit.testing.client import OfficerClient

TARGETS, ROUNDS, TEAMS, FINDINGS, FILINGS = (f"/inspection/{key}" for key in ("targets", "rounds", "teams", "findings", "filings"))


def day(offset: int = 0) -> str:
    """Today in Shanghai plus some days."""
    return (utc_now().astimezone(SHANGHAI).date() + timedelta(days=offset)).isoformat()


class Desk:
    """An officer of an inspection office."""

    def __init__(self, client: OfficerClient, *, superior: bool = True) -> None:
        self.client, self.superior = client, superior

    async def term(self) -> str:
        form = {"number": 8, "name": "八届县委", "started_on": "2021-09-01", "planned_end_on": (date.fromisoformat(day()) + timedelta(days=200)).isoformat()}
        return (await self.client.create("/inspection/terms", **form))["id"]

    async def target(self, name: str = "样例县教育局党组", **changes: Any) -> str:
        form = {"name": name, "kind": "party_group", "sector": "education", "affiliation": "county", "valid_from": "2021-09-01", **changes}
        return (await self.client.create(TARGETS, **form))["id"]

    async def round(self, *targets: str, number: int = 3, kind: str = "routine", **changes: Any) -> str:
        round_id = (await self.client.create(ROUNDS, number=number, kind=kind, **changes))["id"]
        if targets:
            await self.client.act(ROUNDS, round_id, "add-targets", targets=list(targets))
        return round_id

    async def team(self, round_id: str, *targets: str, number: int = 1, code: str = "YL-01", declare: bool = True) -> str:
        """A complete team: leader, liaison officer, office contact, all with nothing to declare."""
        team_id = (await self.client.create(TEAMS, round=round_id, number=number, code=code))["id"]
        for role, name in (("leader", "组长甲"), ("liaison", "联络员丙"), ("office_contact", "联系人丁")):
            await self.member(team_id, name, role)
        if declare:
            for member in await self.members(team_id):
                await self.client.act(TEAMS, team_id, "declare", member=member, declared_on=day(-20), interests=[])
        if targets:
            await self.client.act(ROUNDS, round_id, "assign-targets", team=team_id, targets=list(targets))
        return team_id

    async def member(self, team_id: str, name: str, role: str = "member", unit: str = "样例县审计局", **changes: Any) -> None:
        await self.client.act(TEAMS, team_id, "add-member", name=name, role=role, unit=unit, joined_on=day(-20), **changes)

    async def members(self, team_id: str) -> dict[str, str]:
        """Id -> name."""
        answer = await self.client.get(f"/api{TEAMS}/{team_id}/members")
        return {member["id"]: member["name"] for member in answer.json()}

    async def drafted(self, round_id: str) -> None:
        await self.client.act(ROUNDS, round_id, "draft-scheme", on=day(-20), document="样巡办〔2026〕7号", consulted="县纪委监委、县委组织部")

    async def filed(self, round_id: str) -> None:
        await self.drafted(round_id)
        if self.superior:
            await self.client.act(ROUNDS, round_id, "file-scheme", title="八届县委第三轮巡察工作方案", document="样巡办〔2026〕8号", content="围绕三个聚焦开展巡察。")

    async def authorised(self, round_id: str) -> None:
        await self.filed(round_id)
        await self.client.act(ROUNDS, round_id, "authorise", on=day(), document="样委〔2026〕5号")

    async def entered(self, round_id: str) -> None:
        await self.authorised(round_id)
        await self.client.act(ROUNDS, round_id, "enter", on=day(), notified_on=day(-12), document="样巡组告〔2026〕1号")

    async def finding(self, team_id: str, target: str, **changes: Any) -> dict[str, Any]:
        form = {
            "team": team_id, "target": target, "category": "F2.4", "title": "固定资产账实不符", "statement": "账面资产与实物不符,17台设备未入账。",
            "handlers": ["组员己", "组员庚"], **changes,
        }
        return await self.client.create(FINDINGS, **form)

    async def confirmed(self, finding_id: str) -> None:
        await self.client.act(FINDINGS, finding_id, "review")
        await self.client.act(FINDINGS, finding_id, "confirm", on=day(), confirmation="样巡确〔2026〕4号", deidentified="固定资产账实不符,处置未报批。")

    async def heard(self, round_id: str) -> None:
        """From entered to heard by the secretaries' meeting."""
        act = self.client.act
        await act(ROUNDS, round_id, "end-onsite", on=day(), villages_extended=3)
        await act(ROUNDS, round_id, "submit-report", on=day(), document="样巡报〔2026〕1号", thematic=1)
        await act(ROUNDS, round_id, "hear-in-leading-group", on=day(), document="样巡组纪〔2026〕2号")
        await act(ROUNDS, round_id, "hear-in-secretary-meeting", on=day(), document="样书纪〔2026〕3号", instructions=2)

    async def fed_back(self, round_id: str) -> None:
        await self.heard(round_id)
        await self.client.act(ROUNDS, round_id, "feed-back", on=day(), document="样巡反〔2026〕1号")

    async def working_round(self) -> tuple[str, str, str]:
        """(round, team, target) with the team on site. Opens the term as well."""
        await self.term()
        target = await self.target()
        round_id = await self.round(target)
        team_id = await self.team(round_id, target)
        await self.entered(round_id)
        return round_id, team_id, target
