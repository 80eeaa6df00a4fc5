"""What waits for an officer of the issuing office."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.common_issue.domain import instruments, states, words
from capabilities.common_issue.issuer import permissions, queries
from capabilities.common_issue.issuer.ledgers import CANDIDATES, INCOMING, INSTRUMENTS, LETTERS
from capabilities.common_issue.issuer.models import Candidate, Copy, Incoming, Instrument
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

SOON_DAYS = 7
TODOS_MAX = 50
DRAFT_STEPS = {
    "drafted": (permissions.REVIEW, "待审批", "待审核"), "reviewed": (permissions.SIGN_OFF, "待审批", "待签发"), "signed_off": (permissions.ISSUE, "待办", "待印发"),
}


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Candidates to judge, letters to approve, results to assess, days that come near or are past."""
    if not officer.may(permissions.VIEW):
        return []
    found: list[Todo] = []
    if officer.may(permissions.JUDGE):
        rows = await _some(uow, Candidate, Candidate.status == "detected")
        found += [Todo(f"候选共性问题待研判:{row.why}", CANDIDATES.record_url(row.id), "待办", None, CANDIDATES.title) for row in rows]
    if officer.may(permissions.DECIDE):
        waiting = await _some(uow, Incoming, Incoming.status == "received")
        found += [Todo(f"下级提请待研究:{row.title}", INCOMING.record_url(row.id), "待审批", None, INCOMING.title) for row in waiting]
    for letter in await _some(uow, Instrument, Instrument.status.in_(DRAFT_STEPS)):
        permission, kind, wording = DRAFT_STEPS[letter.status]
        if officer.may(permission) and not (letter.status == "drafted" and letter.drafted_by == officer.id):
            found.append(Todo(f"{instruments.kind_title(letter.kind)}“{letter.title}”{wording}", INSTRUMENTS.record_url(letter.id), kind, None, INSTRUMENTS.title))
    for copy in await _some(uow, Copy, Copy.status.in_((*states.COPY_OWED, "result_replied", "assessed", "returned"))):
        found += _of(copy, uow, officer)
    return found


def _of(copy: Copy, uow: UnitOfWork, officer: Officer) -> list[Todo]:
    url, name, found = LETTERS.record_url(copy.id), f"{copy.document_number}({uow.node.directory.short_name(copy.recipient)})", []
    steps = {"result_replied": "结果待评价", "assessed": "已评价通过,待办结"}
    if copy.status in steps and officer.may(permissions.ASSESS):
        found.append(Todo(f"{name}{steps[copy.status]}", url, "待办", None, LETTERS.title))
    if copy.status == "returned" and officer.may(permissions.ISSUE):
        found.append(Todo(f"{name}被对方退回", url, "待办", None, LETTERS.title))
    if copy.extension == "requested" and officer.may(permissions.ASSESS):
        found.append(Todo(f"{name}延期申请待答复", url, "待审批", copy.extension_until, LETTERS.title))
    left = (copy.due_on - uow.today).days if copy.due_on else SOON_DAYS + 1
    if left <= SOON_DAYS and officer.may(permissions.URGE):
        owed = words.STEPS[instruments.owed(copy.status, plan_asked=copy.plan_due_on is not None)]
        found.append(Todo(f"{name}{'超期未' if left < 0 else '即将到期:'}{owed}", url, "已超期" if left < 0 else "将到期", copy.due_on, LETTERS.title))
    return found


async def _some(uow: UnitOfWork, model: type, condition: object) -> Sequence:  # type: ignore[type-arg]
    return (await uow.session.scalars(sa.select(model).where(condition).order_by(model.created_at).limit(TODOS_MAX))).all()  # type: ignore[arg-type, attr-defined]


async def count_candidates(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, Candidate, Candidate.status == "detected")


async def count_incoming(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, Incoming, Incoming.status == "received")


async def count_drafts(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, Instrument, Instrument.status.in_(DRAFT_STEPS))


async def count_results(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, Copy, Copy.status.in_(("result_replied", "returned")))
