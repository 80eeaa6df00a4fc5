"""What can be chosen in a form at this moment, and what a form starts with."""

from collections.abc import Mapping, Sequence
from typing import Any

from capabilities.common_issue.domain import instruments
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.commands import own
from capabilities.common_issue.issuer.commands.detecting import thresholds
from capabilities.common_issue.issuer.commands.drafting import may_go_to
from capabilities.common_issue.issuer.models import Campaign, Candidate, Copy, Incoming, Instrument, Issue, PooledFinding
from capabilities.inspection import register
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Choice


async def categories(_uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    return register.category_choices()


async def open_issues(uow: UnitOfWork, _officer: Officer, record: Any) -> Sequence[Choice]:
    return [(str(row.id), f"{row.serial} {row.title}") for row in await queries.list_open_issues(uow) if row is not record]


async def candidate_members(uow: UnitOfWork, _officer: Officer, record: Candidate) -> Sequence[Choice]:
    return [_finding(uow, row) for row in await queries.candidate_findings(uow, record.id) if row.status == "pooled"]


async def free_findings(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    return [_finding(uow, row) for row in await queries.list_pool(uow, status="pooled")]


async def own_findings(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    return await own.choices(uow)


async def threshold_start(uow: UnitOfWork, _officer: Officer, _record: Any) -> Mapping[str, Any]:
    now = await thresholds(uow)
    return {"units_min": now.units_min, "offices_min": now.offices_min, "similarity_min": f"{now.similarity_min:.2f}"}


async def issue_members(uow: UnitOfWork, _officer: Officer, record: Issue) -> Sequence[Choice]:
    return [_finding(uow, row) for row in await queries.list_members(uow, record.id)]


async def addressees(uow: UnitOfWork, _officer: Officer, record: Instrument | None) -> Sequence[Choice]:
    """Of a draft: those its kind goes to; of a new letter: of any kind (checked when the kind is known)."""
    kinds = [instruments.KINDS[record.kind]] if record else list(instruments.KINDS.values())
    return list(dict.fromkeys((office.id, office.name) for kind in kinds for office in may_go_to(uow, kind)))


async def confirm_start(uow: UnitOfWork, officer: Officer, record: Candidate) -> Mapping[str, Any]:
    name = register.category_label(record.category).partition(" ")[2]
    findings = await queries.candidate_findings(uow, record.id)
    return {
        "title": f"{name}不到位" if name else "", "category": record.category, "statement": _statement(record, findings),
        "members": [value for value, _ in await candidate_members(uow, officer, record)],
    }


async def merge_start(uow: UnitOfWork, officer: Officer, record: Candidate) -> Mapping[str, Any]:
    return {"members": [value for value, _ in await candidate_members(uow, officer, record)]}


async def redraft_start(uow: UnitOfWork, _officer: Officer, record: Instrument) -> Mapping[str, Any]:
    names = ("title", "statement", "typical_case", "requirement")
    return {**{name: getattr(record, name) for name in names}, "addressees": [row.office for row in await queries.list_addressees(uow, record.id)]}


async def replace_start(uow: UnitOfWork, officer: Officer, record: Instrument) -> Mapping[str, Any]:
    return {**await redraft_start(uow, officer, record), "carry_over": True}


async def take_up_start(_uow: UnitOfWork, _officer: Officer, record: Incoming) -> Mapping[str, Any]:
    return {"title": record.title, "statement": record.statement}


async def redo_start(uow: UnitOfWork, _officer: Officer, _record: Copy) -> Mapping[str, Any]:
    return {"due_on": uow.node.deadlines.due("common_issue.first_report", uow.today).on}


async def counts_start(_uow: UnitOfWork, _officer: Officer, record: Campaign) -> Mapping[str, Any]:
    names = ("units_checked", "found", "rectified", "institutions", "amount", "outcome_count")
    return {name: getattr(record, name) for name in names}


async def campaign_start(uow: UnitOfWork, _officer: Officer, _record: Any) -> Mapping[str, Any]:
    return {"launched_on": uow.today, "lead": uow.node.office.name}


def _finding(uow: UnitOfWork, row: PooledFinding) -> Choice:
    return str(row.id), f"{uow.node.directory.short_name(row.origin)} {row.category} {row.text}"


def _statement(record: Candidate, findings: Sequence[PooledFinding]) -> str:
    """A first wording: how widespread, and what was said, each once."""
    said = list(dict.fromkeys(row.text.rstrip("。;") for row in findings))[:5]
    return f"{record.offices}个地区(单位)、{record.units}家单位存在该类问题,主要表现:{';'.join(said)}。"
