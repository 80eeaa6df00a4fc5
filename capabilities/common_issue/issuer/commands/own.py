"""This office's own confirmed findings belong into its pool as well: a city or province inspects, too, and counts what it found.

Read through the register of inspection work only. A finding of a round that another office counts is that office's to pool.
The pseudonym of a unit is the one the reporting side would use, so a finding reported to oneself is the same row, never a second.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from capabilities.common_issue.common.identifying import known_names, refuse_names
from capabilities.common_issue.common.pseudonym import unit_pseudonym
from capabilities.common_issue.domain import states
from capabilities.common_issue.domain.deidentify import finds
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.commands.recounting import leave_issue
from capabilities.common_issue.issuer.models import PooledFinding
from capabilities.inspection import register
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue.v1 import FINDING_TEXT_MAX

SERIAL = "本级"


@dataclass(frozen=True)
class Pooled:
    """What a look at the own register came to."""

    taken: int = 0
    dropped: int = 0
    held_back: int = 0


async def pool_own(uow: UnitOfWork, ids: Collection[UUID] | None = None) -> Pooled:
    """Bring the pool in line with the own register: new findings in, wordings and categories as they are now, voided ones out.

    A wording that still tells who is meant is held back: the pool's texts go into letters.

    Args:
        uow: the transaction.
        ids: look at these findings only; None: at all of them.
    """
    if not _has_register(uow):
        return Pooled()
    counted = await _counted_here(uow, ids)
    known = await queries.find_pooled(uow, uow.office, [finding.id for finding in counted]) if counted else {}
    names = await known_names(uow)
    taken = held_back = 0
    for finding in counted:
        if not finding.deidentified.strip() or finds(finding.deidentified, names):
            held_back += finding.id not in known
        else:
            taken += await _take(uow, finding, known.get(finding.id))
    return Pooled(taken, await _drop_voided(uow, {finding.id for finding in counted}, ids), held_back)


async def take_chosen(uow: UnitOfWork, ids: Sequence[UUID]) -> list[PooledFinding]:
    """Findings an officer picked by hand.

    Raises:
        NamesSomebody: a wording tells who is meant.
    """
    counted = [finding for finding in await _counted_here(uow, ids) if finding.deidentified.strip()]
    await refuse_names(uow, **{f"问题{finding.number}的去标识表述": finding.deidentified for finding in counted})
    for finding in counted:
        await _take(uow, finding, None)
    await uow.session.flush()
    return list((await queries.find_pooled(uow, uow.office, [finding.id for finding in counted])).values())


async def choices(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Own confirmed findings that are not in the pool, with what keeps them out."""
    if not _has_register(uow):
        return []
    counted = await _counted_here(uow, None)
    known, names = await queries.find_pooled(uow, uow.office, [finding.id for finding in counted]), await known_names(uow)
    return [(str(finding.id), f"{finding.number} {finding.category_label}:{_label(finding, names)}") for finding in counted if finding.id not in known]


def _label(finding: register.Finding, names: Sequence[str]) -> str:
    if not finding.deidentified.strip():
        return "(没有去标识表述)"
    return finding.deidentified + ("(表述可识别具体对象)" if finds(finding.deidentified, names) else "")


async def _counted_here(uow: UnitOfWork, ids: Collection[UUID] | None) -> list[register.Finding]:
    """Confirmed findings of rounds that count at this office."""
    rounds = {one.id: one for one in await register.list_rounds(uow)}
    standing = await register.list_findings(uow, confirmed=True, ids=ids)
    return [finding for finding in standing if finding.round_id in rounds and rounds[finding.round_id].counting_owner == uow.office]


async def _take(uow: UnitOfWork, finding: register.Finding, row: PooledFinding | None) -> int:
    said = (await register.get_round(uow, finding.round_id)).label
    values: dict[str, Any] = {
        "round_label": said[:60], "category": finding.category, "text": finding.deidentified.strip()[:FINDING_TEXT_MAX],
        "unit": unit_pseudonym(uow, finding.target_id), "tags": "、".join(finding.cross_tags), "confirmed_on": finding.confirmed_on,
    }
    if row is None:
        row = PooledFinding(
            id=uow.new_id(), status=states.POOLED.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=uow.office, finding_id=finding.id,
            report_id=None, report_serial=SERIAL, **values,
        )
        uow.session.add(row)
        await uow.session.flush()
        await uow.log(row, "pooled", "入库", note=f"{SERIAL} {finding.number}")
        return 1
    if row.status == "pooled" and row.report_id is None and any(getattr(row, key) != value for key, value in values.items()):
        for key, value in values.items():
            setattr(row, key, value)
        await uow.log(row, "updated", "随问题台账更新", before=row.status, note=finding.number)
    return 0


async def _drop_voided(uow: UnitOfWork, standing: set[UUID], ids: Collection[UUID] | None) -> int:
    """Own findings that no longer stand leave the pool and the issue they were in."""
    gone = [row for row in await queries.list_own(uow, ids) if row.finding_id not in standing]
    for row in gone:
        held = row.issue_id if row.status == "in_issue" else None
        await uow.move(row, states.POOLED, "withdrawn", "问题已作废", note="本级问题台账已作废或不再计入本级")
        if held:
            await leave_issue(uow, held, "本级问题已作废")
    return len(gone)


def _has_register(uow: UnitOfWork) -> bool:
    return any(part.name == "inspection.office" for part in uow.node.spec.slices)
