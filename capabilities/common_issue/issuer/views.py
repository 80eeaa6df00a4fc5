"""Values prepared for the issuing side's pages: lights, marks, the chain of one issue."""

from collections.abc import Mapping
from typing import Any

from capabilities.common_issue.common.columns import counts_text
from capabilities.common_issue.domain import instruments, states
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.models import Campaign, Copy, Instrument, Issue
from capabilities.inspection import register
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork


def limits_text(limits: Any) -> str:
    """Thresholds of an analysis, a setting or the options, as printed."""
    return f"单位≥{limits.units_min}家,或地区≥{limits.offices_min}个;文本相似度≥{limits.similarity_min:.2f}"


def limits(row: Any, _uow: UnitOfWork) -> str:
    return limits_text(row)


def letter_light(row: Copy, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=states.COPY.states[row.status].final or row.status in {"result_replied", "assessed"})


def campaign_light(row: Campaign, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.planned_end_on, uow.today, done=states.CAMPAIGN.states[row.status].final)


def letter_marks(row: Copy, _uow: UnitOfWork) -> list[tuple[str, str]]:
    marks = [(f"催办{row.urged}次", "amber")] if row.urged else []
    marks += [("督办", "red")] if row.supervised_until else []
    marks += [(f"重办{row.redone}次", "red")] if row.redone else []
    marks += [("沿用已报", "blue")] if row.carried_from else []
    extensions = {"requested": ("申请延期", "amber"), "granted": ("已延期", "blue"), "refused": ("延期未准", "grey")}
    return marks + ([extensions[row.extension]] if row.extension in extensions else [])


def assessment(row: Copy, _uow: UnitOfWork) -> str | None:
    """通过 / 需重办 / 待评价."""
    return {"assessed": "通过", "closed": "通过", "redo": "需重办", "result_replied": "待评价"}.get(row.status)


def outcome(row: Campaign, _uow: UnitOfWork) -> str | None:
    return f"{row.outcome_name}{row.outcome_count}{row.outcome_unit}" if row.outcome_name else None


async def instrument_context(uow: UnitOfWork, _officer: Officer, row: Instrument) -> Mapping[str, Any]:
    issue = await uow.session.get(Issue, row.issue_id)
    replaced = await uow.session.get(Instrument, row.replaces_id) if row.replaces_id else None
    return {"issue": issue, "kind": instruments.KINDS[row.kind], "replaced": replaced, "replacement": await queries.find_replacement(uow, row.id)}


async def issue_chain(uow: UnitOfWork, _officer: Officer, row: Issue) -> Mapping[str, Any]:
    """Everything that hangs on one issue, in the order in which it happened: findings, letters, replies, campaigns."""
    members = await queries.list_members(uow, row.id)
    copies = await queries.list_copies(uow, issue_id=row.id)
    replies = await queries.list_replies(uow, [copy.id for copy in copies])
    by_office: dict[str, list[Any]] = {}
    for member in members:
        by_office.setdefault(member.origin, []).append(member)
    return {
        "members": [(office, len({one.unit for one in rows}), rows) for office, rows in sorted(by_office.items())],
        "letters": [
            (letter, instruments.kind_title(letter.kind), states.INSTRUMENT.states[letter.status], [copy for copy in copies if copy.instrument_id == letter.id])
            for letter in await queries.list_instruments(uow, row.id)
        ],
        "copy_state": dict(states.COPY.states),
        "lights": {copy.id: letter_light(copy, uow) for copy in copies},
        "counts": {copy.id: counts_text(copy) for copy in copies},
        "replies": {copy.id: [reply for reply in replies if reply.copy_id == copy.id] for copy in copies},
        "campaigns": [(one, states.CAMPAIGN.states[one.status], counts_text(one), outcome(one, uow)) for one in await queries.list_campaigns(uow, row.id)],
        "incoming": await queries.list_incoming(uow, row.id),
        "category_label": register.category_label,
    }
