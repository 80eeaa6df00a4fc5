"""A circular of the office above, passed on: written, numbered and sent at once. Its text was reviewed and signed off above."""

from capabilities.common_issue.domain import instruments, states
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.commands.drafting import may_go_to, set_addressees
from capabilities.common_issue.issuer.commands.issuing import Days, send_out
from capabilities.common_issue.issuer.commands.judging import FROM_ABOVE, open_issue
from capabilities.common_issue.issuer.models import Instrument, Issue
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue.v1 import LetterPassedOn

KIND = instruments.KINDS["circular"]
TITLE_MAX = 120


async def forward(uow: UnitOfWork, said: LetterPassedOn) -> None:
    """Once per letter; a letter that replaces one passed on before replaces that one below, too."""
    if await queries.list_passed_on(uow, said.letter_id):
        return
    old = await _to_replace(uow, said)
    issue = await queries.get_open_issue(uow, old.issue_id) if old else await _issue(uow, said)
    row = Instrument(
        id=uow.new_id(), status=states.INSTRUMENT.initial, version=0, created_at=uow.now, updated_at=uow.now, issue_id=issue.id, kind=KIND.code,
        title=f"转发《{said.title}》"[:TITLE_MAX], statement=said.statement, typical_case=said.typical_case, requirement=said.requirement,
        drafted_by=said.approved_by_id, drafted_name=said.approved_by, signed_off_by=said.approved_by, signed_off_on=uow.today, due_why="", notice="",
        replaces_id=old.id if old else None, carries_over=old is not None, replacing_why=f"上级以 {said.document_number} 替代原通报" if old else "",
        source_letter=said.letter_id, source_number=said.document_number, paper_to="、".join(said.paper_units),
    )
    uow.session.add(row)
    await uow.session.flush()
    allowed = {office.id for office in may_go_to(uow, KIND)}
    await set_addressees(uow, row, [one for one in said.addressees if one in allowed])
    await uow.log(row, "drafted", "转发上级通报", note=f"{uow.node.directory.short_name(said.superior)} {said.document_number},{said.approved_by}批准")
    for step, label in (("reviewed", "上级已审核"), ("signed_off", "批准转发")):
        await uow.move(row, states.INSTRUMENT, step, label)
    sign = uow.node.deadlines.due("common_issue.sign", uow.today)
    why = f"{sign.why}报送期限:{said.reply_due_on.isoformat()},由本级在上级期限前确定。"
    await send_out(uow, row, Days(sign.on, None, said.reply_due_on, why))
    await uow.move(row, states.INSTRUMENT, "issued", "印发", note=row.document_number or "")
    if not said.addressees:
        await uow.move(row, states.INSTRUMENT, "closed", "纸质送达", note="只送未接入系统的单位,答复按纸质办理")


async def _to_replace(uow: UnitOfWork, said: LetterPassedOn) -> Instrument | None:
    if said.replaces_letter_id is None:
        return None
    rows = await queries.list_passed_on(uow, said.replaces_letter_id)
    return next((row for row in rows if states.INSTRUMENT.allows(row.status, "superseded")), None)


async def _issue(uow: UnitOfWork, said: LetterPassedOn) -> Issue:
    superior = uow.node.directory.short_name(said.superior)
    return await open_issue(
        uow, title=said.title, category=said.category, statement=said.statement, source=FROM_ABOVE, why=f"{superior} {said.document_number}",
        spread=(said.offices, said.units),
    )
