"""From candidates to common issues: confirm, dismiss, merge; add and take out findings; close."""

from collections.abc import Sequence
from uuid import UUID

from capabilities.common_issue.common.identifying import refuse_names
from capabilities.common_issue.common.numbering import ISSUE
from capabilities.common_issue.domain import states
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.commands import own
from capabilities.common_issue.issuer.commands.detecting import detect
from capabilities.common_issue.issuer.commands.recounting import recount
from capabilities.common_issue.issuer.errors import FindingTaken, LettersOpen, NoMembers
from capabilities.common_issue.issuer.models import Candidate, Incoming, Issue, PooledFinding
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue.v1 import EscalationDecided

FROM_ABOVE = "superior"
"""Source of an issue that came with a letter of the office above."""


async def confirm(uow: UnitOfWork, _officer: Officer, candidate_id: UUID, form: forms.ConfirmForm) -> Candidate:
    """The officer agrees that it is a common issue; findings he unticked stay in the pool.

    Raises:
        NamesSomebody: title or statement tells who is meant.
    """
    candidate = await queries.get(uow, Candidate, candidate_id)
    _must_be_open(candidate)
    members = await _free(uow, form.members)
    issue = await open_issue(uow, title=form.title, category=form.category, statement=form.statement, source="candidate", why=candidate.why)
    await _add(uow, issue, members)
    candidate.issue_id = issue.id
    await uow.move(candidate, states.CANDIDATE, "confirmed", "确认", note=f"{issue.serial} {issue.title}")
    await detect(uow)
    return candidate


async def merge(uow: UnitOfWork, _officer: Officer, candidate_id: UUID, form: forms.MergeForm) -> Candidate:
    """The candidate belongs to an issue that exists."""
    candidate = await queries.get(uow, Candidate, candidate_id)
    _must_be_open(candidate)
    issue = await queries.get_open_issue(uow, form.issue)
    await _add(uow, issue, await _free(uow, form.members))
    candidate.issue_id = issue.id
    await uow.move(candidate, states.CANDIDATE, "merged", "并入", note=f"{issue.serial} {issue.title}")
    await detect(uow)
    return candidate


async def dismiss(uow: UnitOfWork, _officer: Officer, candidate_id: UUID, form: forms.ReasonForm) -> Candidate:
    """It is none. The same findings are not proposed again."""
    candidate = await queries.get(uow, Candidate, candidate_id)
    await uow.move(candidate, states.CANDIDATE, "dismissed", "排除", note=form.explanation)
    return candidate


async def register(uow: UnitOfWork, _officer: Officer, form: forms.IssueForm) -> Issue:
    """An issue found otherwise, e.g. in a meeting."""
    members = await _free(uow, form.members) if form.members else []
    issue = await open_issue(uow, title=form.title, category=form.category, statement=form.statement, source="manual", why=form.why)
    if members:
        await _add(uow, issue, members)
        await detect(uow)
    return issue


async def open_issue(uow: UnitOfWork, *, title: str, category: str, statement: str, source: str, why: str, spread: tuple[int, int] = (0, 0)) -> Issue:
    """A new common issue with its number; `spread` is (offices, units) when no findings say it.

    Title and statement will go into letters, so they must not name anybody; a text of the superior office was reviewed there.
    """
    if source != FROM_ABOVE:
        await refuse_names(uow, 共性问题=title, 问题表述=statement)
    issue = Issue(
        id=uow.new_id(), status=states.ISSUE.initial, version=0, created_at=uow.now, updated_at=uow.now, serial=await take(uow, ISSUE),
        title=title, category=category, statement=statement, source=source, why=why, offices=spread[0], units=spread[1], confirmed_on=uow.today, closed_note="",
        superior_answer="",
    )
    uow.session.add(issue)
    await uow.session.flush()
    await uow.log(issue, "confirmed", "确认共性问题", note=why)
    return issue


async def pool_chosen(uow: UnitOfWork, _officer: Officer, form: forms.OwnFindingsForm) -> PooledFinding:
    """Put own findings into the pool by hand, e.g. after their wording was mended.

    Raises:
        NamesSomebody: a wording still tells who is meant.
    """
    rows = await own.take_chosen(uow, form.findings)
    if not rows:
        raise NoMembers
    await detect(uow)
    uow.notes.append(f"已纳入本级问题{len(rows)}个。")
    return rows[0]


async def add_members(uow: UnitOfWork, _officer: Officer, issue_id: UUID, form: forms.MembersForm) -> Issue:
    """Findings reported later belong to it, too."""
    issue = await queries.get_open_issue(uow, issue_id)
    await _add(uow, issue, await _free(uow, form.members))
    await detect(uow)
    return issue


async def remove_members(uow: UnitOfWork, _officer: Officer, issue_id: UUID, form: forms.RemoveForm) -> Issue:
    """Findings that turned out to be something else go back to the pool."""
    issue = await queries.get_open_issue(uow, issue_id)
    mine = {row.id: row for row in await queries.list_members(uow, issue.id)}
    if not set(form.members) <= set(mine):
        raise InvalidInput([{"path": "members", "message": "请从本共性问题所含问题中选择"}])
    for one in set(form.members):
        await uow.move(mine[one], states.POOLED, "pooled", "移出共性问题", note=form.explanation)
        mine[one].issue_id = None
    await recount(uow, issue)
    await uow.log(issue, "removed_members", "移出问题", before=issue.status, note=f"{len(set(form.members))}个:{form.explanation}")
    await detect(uow)
    return issue


async def merge_issue(uow: UnitOfWork, officer: Officer, issue_id: UUID, form: forms.MergeIssueForm) -> Issue:
    """Two issues are one: findings and requests from below move, the number stays taken. An issue that has letters is closed instead.

    Offices whose request had been taken up as this issue are told the number that now holds it.
    """
    issue, other = await queries.get_open_issue(uow, issue_id), await queries.get_open_issue(uow, form.issue)
    if other.id == issue.id:
        raise InvalidInput([{"path": "issue", "message": "不能并入自身"}])
    if await queries.list_instruments(uow, issue.id) or await queries.list_campaigns(uow, issue.id):
        raise LettersOpen(["已有函件或专项治理的共性问题不能并入"])
    for row in await queries.list_members(uow, issue.id):
        row.issue_id = other.id
        await uow.log(row, "moved", "随共性问题并入", before=row.status, note=other.serial)
    for request in await queries.list_incoming(uow, issue.id):
        await hand_over(uow, officer, request, other)
    issue.merged_into = other.id
    await uow.move(issue, states.ISSUE, "merged", "并入其他问题", note=f"{other.serial} {other.title}")
    await recount(uow, other)
    await uow.log(other, "took_in", "并入", before=other.status, note=f"{issue.serial} {issue.title}")
    return issue


async def hand_over(uow: UnitOfWork, officer: Officer, row: Incoming, issue: Issue) -> None:
    """A request that was taken up now belongs to another issue; the asking office is told."""
    row.issue_id = issue.id
    note = f"所立共性问题已并入 {issue.serial}"
    event = EscalationDecided(
        escalation_id=row.escalation_id, local_number=row.local_number, outcome="merged_into", issue_number=issue.serial, guidance=row.guidance or note,
        decided_by=officer.name, decided_on=uow.today,
    )
    event_id = await uow.publish(event, to=row.origin)
    if row.status == "taken_up":
        await uow.move(row, states.INCOMING, "merged_into", "并入已有共性问题", note=note, event_id=event_id)
    else:
        await uow.log(row, "moved", "随共性问题并入", before=row.status, note=note, event_id=event_id)


async def close(uow: UnitOfWork, _officer: Officer, issue_id: UUID, form: forms.CloseIssueForm) -> Issue:
    """Done with: letters answered, campaigns ended.

    Raises:
        LettersOpen: something still runs.
    """
    issue = await queries.get_open_issue(uow, issue_id)
    left = [row.document_number or row.title for row in await queries.list_instruments(uow, issue.id) if not states.INSTRUMENT.states[row.status].final]
    left += [row.title for row in await queries.list_campaigns(uow, issue.id) if not states.CAMPAIGN.states[row.status].final]
    if left:
        raise LettersOpen(left)
    issue.closed_on, issue.closed_note = uow.today, form.summary
    await uow.move(issue, states.ISSUE, "closed", "办结", note=form.summary)
    return issue


async def _free(uow: UnitOfWork, ids: Sequence[UUID]) -> Sequence[PooledFinding]:
    if not ids:
        raise NoMembers
    rows = await queries.list_pool(uow, ids=ids, lock=True)
    taken = len(set(ids)) - sum(row.status == "pooled" for row in rows)
    if taken:
        raise FindingTaken(taken)
    return rows


async def _add(uow: UnitOfWork, issue: Issue, members: Sequence[PooledFinding]) -> None:
    for row in members:
        row.issue_id = issue.id
        await uow.move(row, states.POOLED, "in_issue", "列入共性问题", note=issue.serial)
    await uow.session.flush()
    await recount(uow, issue)
    await uow.log(issue, "added_members", "列入问题", before=issue.status, note=f"{len(members)}个,现涉及{issue.offices}个地区(单位){issue.units}家")


def _must_be_open(candidate: Candidate) -> None:
    if candidate.status != "detected":
        raise StepNotAllowed(states.CANDIDATE.label(candidate.status), "研判", state=candidate.status)
