"""Every SELECT of the issuing side."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from capabilities.common_issue.domain import states
from capabilities.common_issue.domain.candidates import Reported
from capabilities.common_issue.issuer.errors import IssueNotOpen, UnknownCopy
from capabilities.common_issue.issuer.models import (
    Addressee,
    Analysis,
    Campaign,
    Candidate,
    CandidateMember,
    Copy,
    Incoming,
    Instrument,
    Issue,
    PooledFinding,
    Reply,
    ThresholdSetting,
)
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message

RowT = TypeVar("RowT")
POOL_MAX = 2_000
LETTERS_MAX = 500


async def get(uow: UnitOfWork, model: type[RowT], record_id: UUID) -> RowT:
    """One record, locked for the transaction.

    Raises:
        NotFound: no such record.
    """
    found = await uow.session.get(model, record_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def get_open_issue(uow: UnitOfWork, issue_id: UUID) -> Issue:
    """An issue that can still get members, letters and campaigns.

    Raises:
        IssueNotOpen: closed, or merged into another.
    """
    issue = await get(uow, Issue, issue_id)
    if issue.status not in states.ISSUE_OPEN:
        raise IssueNotOpen(issue.serial, states.ISSUE.label(issue.status))
    return issue


async def copy_of(uow: UnitOfWork, message: Message[Any]) -> Copy:
    """The letter an addressee's event speaks of, locked.

    Raises:
        UnknownCopy: there is none, or it went to somebody else.
    """
    found = await uow.session.get(Copy, message.data.copy_id, with_for_update=True)
    if found is None or found.recipient != message.origin:
        raise UnknownCopy
    return found


async def list_open_issues(uow: UnitOfWork) -> Sequence[Issue]:
    rows = await uow.session.scalars(sa.select(Issue).where(Issue.status.in_(states.ISSUE_OPEN)).order_by(Issue.serial.desc()).limit(LETTERS_MAX))
    return rows.all()


async def find_issue(uow: UnitOfWork, serial: str) -> Issue | None:
    return (await uow.session.scalars(sa.select(Issue).where(Issue.serial == serial).with_for_update())).one_or_none()


async def list_pool(uow: UnitOfWork, *, status: str | None = None, ids: Collection[UUID] | None = None, lock: bool = False) -> Sequence[PooledFinding]:
    """Findings, oldest first; the newest POOL_MAX."""
    chosen = sa.select(PooledFinding).order_by(PooledFinding.created_at.desc(), PooledFinding.id.desc()).limit(POOL_MAX)
    if status:
        chosen = chosen.where(PooledFinding.status == status)
    if ids is not None:
        chosen = chosen.where(PooledFinding.id.in_(ids))
    if lock:
        chosen = chosen.with_for_update()
    return list(reversed((await uow.session.scalars(chosen)).all()))


async def find_pooled(uow: UnitOfWork, origin: str, finding_ids: Collection[UUID]) -> dict[UUID, PooledFinding]:
    """Rows an office has reported, by its own finding ids; locked."""
    chosen = sa.select(PooledFinding).where(PooledFinding.origin == origin, PooledFinding.finding_id.in_(finding_ids)).order_by(PooledFinding.id)
    return {row.finding_id: row for row in await uow.session.scalars(chosen.with_for_update())}


async def list_own(uow: UnitOfWork, ids: Collection[UUID] | None = None) -> Sequence[PooledFinding]:
    """This office's own findings in the pool that stand, taken from its register; locked."""
    chosen = sa.select(PooledFinding).where(PooledFinding.origin == uow.office, PooledFinding.report_id.is_(None), PooledFinding.status != "withdrawn")
    if ids is not None:
        chosen = chosen.where(PooledFinding.finding_id.in_(ids))
    return (await uow.session.scalars(chosen.order_by(PooledFinding.id).with_for_update())).all()


def as_reported(row: PooledFinding) -> Reported:
    return Reported(row.id, row.origin, row.unit, row.category, row.text)


async def list_members(uow: UnitOfWork, issue_id: UUID) -> Sequence[PooledFinding]:
    """Findings of an issue that stand, by office."""
    chosen = sa.select(PooledFinding).where(PooledFinding.issue_id == issue_id, PooledFinding.status == "in_issue")
    return (await uow.session.scalars(chosen.order_by(PooledFinding.origin, PooledFinding.category, PooledFinding.id))).all()


async def list_candidates(uow: UnitOfWork, status: str) -> dict[UUID, tuple[Candidate, frozenset[UUID]]]:
    """Candidates in a state with their members."""
    rows = (await uow.session.scalars(sa.select(Candidate).where(Candidate.status == status))).all()
    members = await uow.session.execute(sa.select(CandidateMember.candidate_id, CandidateMember.finding_id).where(CandidateMember.candidate_id.in_([row.id for row in rows])))
    found: dict[UUID, set[UUID]] = {row.id: set() for row in rows}
    for candidate_id, finding_id in members:
        found[candidate_id].add(finding_id)
    return {row.id: (row, frozenset(found[row.id])) for row in rows}


async def candidate_findings(uow: UnitOfWork, candidate_id: UUID) -> Sequence[PooledFinding]:
    chosen = sa.select(PooledFinding).join(CandidateMember, CandidateMember.finding_id == PooledFinding.id).where(CandidateMember.candidate_id == candidate_id)
    return (await uow.session.scalars(chosen.order_by(PooledFinding.origin, PooledFinding.id))).all()


async def list_copies(uow: UnitOfWork, *, instrument_id: UUID | None = None, issue_id: UUID | None = None, lock: bool = False) -> Sequence[Copy]:
    chosen = sa.select(Copy).order_by(Copy.issued_on, Copy.document_number, Copy.recipient).limit(LETTERS_MAX)
    if instrument_id:
        chosen = chosen.where(Copy.instrument_id == instrument_id)
    if issue_id:
        chosen = chosen.where(Copy.issue_id == issue_id)
    return (await uow.session.scalars(chosen.with_for_update() if lock else chosen)).all()


async def list_addressees(uow: UnitOfWork, instrument_id: UUID) -> Sequence[Addressee]:
    return (await uow.session.scalars(sa.select(Addressee).where(Addressee.instrument_id == instrument_id).order_by(Addressee.place))).all()


async def list_instruments(uow: UnitOfWork, issue_id: UUID) -> Sequence[Instrument]:
    return (await uow.session.scalars(sa.select(Instrument).where(Instrument.issue_id == issue_id).order_by(Instrument.created_at))).all()


async def find_replacement(uow: UnitOfWork, instrument_id: UUID) -> Instrument | None:
    """The letter that is to replace, or has replaced, this one."""
    return (await uow.session.scalars(sa.select(Instrument).where(Instrument.replaces_id == instrument_id, Instrument.status != "voided"))).one_or_none()


async def find_carried(uow: UnitOfWork, copy_id: UUID) -> Copy | None:
    """The copy that goes on from this one, locked."""
    return (await uow.session.scalars(sa.select(Copy).where(Copy.carried_from == copy_id).with_for_update())).one_or_none()


async def list_passed_on(uow: UnitOfWork, letter_id: UUID) -> Sequence[Instrument]:
    """Letters with which a superior's letter was passed on, newest first."""
    return (await uow.session.scalars(sa.select(Instrument).where(Instrument.source_letter == letter_id).order_by(Instrument.created_at.desc()))).all()


async def find_setting(uow: UnitOfWork) -> ThresholdSetting | None:
    """The thresholds an officer has set, as now in force."""
    return (await uow.session.scalars(sa.select(ThresholdSetting).where(ThresholdSetting.status == "in_force"))).one_or_none()


async def find_last_analysis(uow: UnitOfWork) -> Analysis | None:
    return (await uow.session.scalars(sa.select(Analysis).order_by(Analysis.created_at.desc(), Analysis.id.desc()).limit(1))).one_or_none()


async def list_campaigns(uow: UnitOfWork, issue_id: UUID) -> Sequence[Campaign]:
    return (await uow.session.scalars(sa.select(Campaign).where(Campaign.issue_id == issue_id).order_by(Campaign.created_at))).all()


async def list_incoming(uow: UnitOfWork, issue_id: UUID) -> Sequence[Incoming]:
    return (await uow.session.scalars(sa.select(Incoming).where(Incoming.issue_id == issue_id).order_by(Incoming.created_at))).all()


async def find_incoming(uow: UnitOfWork, origin: str, escalation_id: UUID) -> Incoming | None:
    chosen = sa.select(Incoming).where(Incoming.origin == origin, Incoming.escalation_id == escalation_id)
    return (await uow.session.scalars(chosen.with_for_update())).one_or_none()


async def list_replies(uow: UnitOfWork, copy_ids: Collection[UUID]) -> Sequence[Reply]:
    return (await uow.session.scalars(sa.select(Reply).where(Reply.copy_id.in_(copy_ids)).order_by(Reply.copy_id, Reply.number))).all()


async def find_reply(uow: UnitOfWork, copy_id: UUID, number: int) -> Reply | None:
    return (await uow.session.scalars(sa.select(Reply).where(Reply.copy_id == copy_id, Reply.number == number))).one_or_none()


async def count(uow: UnitOfWork, model: Any, *conditions: Any) -> int:
    return int(await uow.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0)
