"""Look for candidates in the pool. Runs after every arrival and when an officer asks."""

import asyncio
from dataclasses import dataclass, replace

import sqlalchemy as sa

from capabilities.common_issue import similarity
from capabilities.common_issue.domain import states
from capabilities.common_issue.domain.candidates import Proposal, Thresholds, is_news, propose, same_matter
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.commands.own import pool_own
from capabilities.common_issue.issuer.models import Analysis, Candidate, CandidateMember
from capabilities.common_issue.issuer.options import IssuerOptions
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork

_LOCK = "common_issue.detect"
BY_ITSELF = "系统"


@dataclass(frozen=True)
class Outcome:
    """What one look came to."""

    compared: int
    added: int = 0
    updated: int = 0
    dropped: int = 0
    held_back: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.added or self.updated or self.dropped)

    @property
    def sentence(self) -> str:
        """新增2条候选,更新1条…: told to the officer."""
        parts = [f"新增{self.added}条候选", f"更新{self.updated}条"] + ([f"{self.dropped}条不再成立"] if self.dropped else [])
        text = f"分析完成:共比对{self.compared}个待分析问题,{','.join(parts)}。" if self.changed else f"分析完成:共比对{self.compared}个待分析问题,没有新的候选。"
        return text + (f"本级另有{self.held_back}个已确认问题,去标识表述仍能看出具体对象,未纳入分析。" if self.held_back else "")


async def thresholds(uow: UnitOfWork) -> Thresholds:
    """What an officer has set, else what the service was composed with."""
    setting = await queries.find_setting(uow)
    return Thresholds(setting.units_min, setting.offices_min, setting.similarity_min) if setting else uow.options(IssuerOptions).thresholds


async def detect(uow: UnitOfWork, asked_by: str = BY_ITSELF, held_back: int = 0) -> Outcome:
    """Bring the open candidates in line with the pool: new ones, grown ones, ones that no longer hold.

    What an officer has dismissed does not come back unless findings were added. Two runs at once take turns. A run that nobody
    asked for is kept on record only when it changed something.
    """
    await uow.session.flush()
    await uow.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(_LOCK))))
    limits = await thresholds(uow)
    findings = [queries.as_reported(row) for row in await queries.list_pool(uow, status="pooled")]
    possible = limits.met(findings)  # a group is never wider than the whole pool: small pools cost nothing
    groups = await asyncio.to_thread(similarity.groups, findings, limits.similarity_min) if possible else []
    dismissed = [members for _, members in (await queries.list_candidates(uow, "dismissed")).values()]
    proposals = [entry for entry in propose(findings, groups, limits) if is_news(entry, dismissed)]
    outcome = replace(await _settle(uow, proposals), compared=len(findings), held_back=held_back)
    if outcome.changed or asked_by != BY_ITSELF:
        await _record(uow, outcome, limits, asked_by)
    return outcome


async def analyse(uow: UnitOfWork, officer: Officer) -> Outcome:
    """An officer asks for a fresh look: this office's own findings are brought up to date first."""
    own = await pool_own(uow)
    outcome = await detect(uow, officer.name, own.held_back)
    uow.notes.append(outcome.sentence)
    return outcome


async def _settle(uow: UnitOfWork, proposals: list[Proposal]) -> Outcome:
    known = await queries.list_candidates(uow, "detected")
    added = updated = 0
    for entry in proposals:
        match = next((key for key, (row, members) in known.items() if same_matter(entry, row.basis, row.category, members)), None)
        if match is None:
            await _open(uow, entry)
            added += 1
            continue
        row, members = known.pop(match)
        if members != entry.members or row.why != entry.why:
            await _update(uow, row, entry)
            updated += 1
    for row, _ in known.values():
        await uow.move(row, states.CANDIDATE, "superseded", "不再成立", note="所含问题已列入共性问题、撤回或低于阈值")
    return Outcome(0, added, updated, len(known))


async def _record(uow: UnitOfWork, outcome: Outcome, limits: Thresholds, asked_by: str) -> None:
    row = Analysis(
        id=uow.new_id(), status=states.ANALYSIS.initial, version=0, created_at=uow.now, updated_at=uow.now, asked_by=asked_by, compared=outcome.compared,
        added=outcome.added, updated=outcome.updated, dropped=outcome.dropped, held_back=outcome.held_back, units_min=limits.units_min,
        offices_min=limits.offices_min, similarity_min=limits.similarity_min,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "analysed", "分析", note=outcome.sentence)


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
