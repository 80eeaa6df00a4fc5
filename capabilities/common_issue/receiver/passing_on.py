"""转发: a circular of the office above goes on to the offices and units here, in one step and under this office's own number.

This side only says what is to go to whom; the issuing side of the same node writes, numbers and sends it (a local event joins the two).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from capabilities.common_issue.common.identifying import refuse_names
from capabilities.common_issue.domain import instruments, states
from capabilities.common_issue.receiver import forms, queries
from capabilities.common_issue.receiver.errors import CannotPassOn
from capabilities.common_issue.receiver.models import Letter
from capabilities.inspection import register
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.peers.directory import Office
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Choice
from shared_schemas.common_issue import v1

KIND = "circular"
OFFERED = states.AT_WORK
SPARE_DAYS = 7
"""Proposed head start of the lower replies before this office's own is due."""


def may_pass_on(row: Letter) -> bool:
    return row.kind == KIND and row.passed_on_on is None


async def pass_on(uow: UnitOfWork, officer: Officer, letter_id: UUID, form: forms.PassOnForm) -> Letter:
    """Pass the circular on.

    Raises:
        CannotPassOn: this node issues no letters, or the letter was passed on before. NamesSomebody: the own requirement tells who is meant.
    """
    letter = await queries.get_letter(uow, letter_id)
    if letter.status not in OFFERED:
        raise StepNotAllowed(states.RECEIVED.label(letter.status), "转发", state=letter.status)
    if not may_pass_on(letter):
        raise CannotPassOn("该函件不是共性问题通报,或已经转发过。", "一份通报转发一次;需要补发时请起草本级函件。")
    _check(uow, letter, form)
    await refuse_names(uow, 本级要求=form.requirement)
    names = {target.id: target.name for target in await _units(uow)}
    paper = [names[one] for one in dict.fromkeys(form.units)]
    before = await queries.find_letter(uow, letter.origin, letter.replaces) if letter.replaces else None
    event = v1.LetterPassedOn(
        letter_id=letter.id, replaces_letter_id=before.id if before is not None and before.passed_on_on else None, document_number=letter.document_number,
        superior=letter.origin, title=letter.title, category=letter.category, statement=letter.statement, typical_case=letter.typical_case,
        requirement="\n".join(part for part in (letter.requirement, form.requirement) if part)[: v1.TEXT_MAX], units=letter.units, offices=letter.offices,
        addressees=list(dict.fromkeys(form.addressees)), paper_units=paper, reply_due_on=form.reply_due_on, approved_by=officer.name, approved_by_id=officer.id,
    )
    event_id = await uow.publish(event, to=uow.office)
    letter.passed_on_on = uow.today
    letter.passed_on_to = "、".join([uow.node.directory.short_name(one) for one in event.addressees] + paper)
    await uow.log(letter, "passed_on", "转发", before=letter.status, note=letter.passed_on_to, event_id=event_id)
    return letter


async def offices(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    return [(office.id, office.name) for office in _below(uow)]


async def units(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    return [(str(target.id), target.name) for target in await _units(uow)]


async def start(uow: UnitOfWork, _officer: Officer, row: Letter) -> Mapping[str, Any]:
    """Everybody in the system, and a week to spare."""
    due = max(row.result_due_on - timedelta(days=SPARE_DAYS), uow.today + timedelta(days=1))
    return {"addressees": [office.id for office in _below(uow)], "reply_due_on": due}


def _below(uow: UnitOfWork) -> list[Office]:
    directory = uow.node.directory
    below = [office for office in directory.children(uow.office) if office.is_inspection]
    return [office for office in [*below, *directory.desks(uow.office)] if office.kind in instruments.KINDS[KIND].addressees]


async def _units(uow: UnitOfWork) -> list[register.Target]:
    composed = any(part.name == "inspection.office" for part in uow.node.spec.slices)
    return await register.list_targets(uow) if composed else []


def _check(uow: UnitOfWork, letter: Letter, form: forms.PassOnForm) -> None:
    if not any(part.name == "common_issue.issuer" for part in uow.node.spec.slices):
        raise CannotPassOn("本单位不印发通报函件,不能转发。", "请按本单位公文程序办理。")
    if not form.addressees and not form.units:
        raise InvalidInput([{"path": "addressees", "message": "请选择转发单位或纸质送达单位"}])
    if form.reply_due_on <= uow.today:
        raise InvalidInput([{"path": "reply_due_on", "message": "报送期限应晚于今天"}])
    if form.reply_due_on > max(letter.result_due_on, uow.today):
        raise InvalidInput([{"path": "reply_due_on", "message": f"应不晚于上级要求的终报期限 {letter.result_due_on.isoformat()}"}])
