"""Look for candidates in the pool. Runs after every arrival and when an officer asks."""

import asyncio

import sqlalchemy as sa

from capabilities.common_issue import similarity
from capabilities.common_issue.domain import states
from capabilities.common_issue.domain.candidates import Proposal, is_news, propose, same_matter
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.models import Candidate, CandidateMember
from capabilities.common_issue.issuer.options import IssuerOptions
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork

_LOCK = "common_issue.detect"


async def detect(uow: UnitOfWork) -> int:
    """Bring the open candidates in line with the pool: new ones, grown ones, ones that no longer hold.

    What an officer has dismissed does not come back unless findings were added. Two runs at once take turns.

    Returns:
        how many candidates are new or have changed.
    """
    await uow.session.flush()
    await uow.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(_LOCK))))
    options = uow.options(IssuerOptions)
    findings = [queries.as_reported(row) for row in await queries.list_pool(uow, status="pooled")]
    groups = await asyncio.to_thread(similarity.groups, findings, options.similarity_min)
    dismissed = [members for _, members in (await queries.list_candidates(uow, "dismissed")).values()]
    proposals = [entry for entry in propose(findings, groups, options.thresholds) if is_news(entry, dismissed)]
    known = await queries.list_candidates(uow, "detected")
    changed = 0
    for entry in proposals:
        match = next((key for key, (row, members) in known.items() if same_matter(entry, row.basis, row.category, members)), None)
        if match is None:
            await _open(uow, entry)
            changed += 1
            continue
        row, members = known.pop(match)
        if members != entry.members or row.why != entry.why:
            await _update(uow, row, entry)
            changed += 1
    for row, _ in known.values():
        await uow.move(row, states.CANDIDATE, "superseded", "不再成立", note="所含问题已列入共性问题、撤回或低于阈值")
    return changed


async def analyse(uow: UnitOfWork, _officer: Officer) -> None:
    """An officer asks for a fresh look."""
    changed = await detect(uow)
    uow.notes.append(f"分析完成,新增或更新候选 {changed} 个。")


async def _open(uow: UnitOfWork, entry: Proposal) -> None:
    row = Candidate(id=uow.new_id(), status=states.CANDIDATE.initial, version=0, created_at=uow.now, updated_at=uow.now, **_values(entry))
    uow.session.add(row)
    await uow.session.flush()
    await _set_members(uow, row, entry)
    await uow.log(row, "detected", "发现候选", note=entry.why)


async def _update(uow: UnitOfWork, row: Candidate, entry: Proposal) -> None:
    for key, value in _values(entry).items():
        setattr(row, key, value)
    await uow.session.execute(sa.delete(CandidateMember).where(CandidateMember.candidate_id == row.id))
    await _set_members(uow, row, entry)
    await uow.log(row, "updated", "更新候选", before=row.status, note=entry.why)


async def _set_members(uow: UnitOfWork, row: Candidate, entry: Proposal) -> None:
    uow.session.add_all(CandidateMember(candidate_id=row.id, finding_id=one) for one in entry.members)
    await uow.session.flush()


def _values(entry: Proposal) -> dict[str, object]:
    return {
        "basis": entry.basis, "category": entry.category, "why": entry.why, "similarity": entry.similarity, "offices": entry.offices,
        "units": entry.units, "findings": len(entry.members),
    }
