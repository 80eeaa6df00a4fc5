"""What others' messages do at the issuing office: findings and requests from below, answers to letters. Senders are always checked."""

from typing import Any

from capabilities.common_issue.common.columns import counts_of, counts_text
from capabilities.common_issue.domain import states, words
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.commands import superseding
from capabilities.common_issue.issuer.commands.detecting import detect
from capabilities.common_issue.issuer.commands.following import settle_instrument
from capabilities.common_issue.issuer.commands.forwarding import forward
from capabilities.common_issue.issuer.commands.recounting import leave_issue
from capabilities.common_issue.issuer.errors import NotBelow, OutOfStep
from capabilities.common_issue.issuer.models import Copy, Incoming, PooledFinding, Reply
from nodekit.delivery.outbox import mark_signed
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1
from shared_schemas.event import Message

handlers = Handlers("common_issue.issuer")


@handlers.on(v1.FindingsReported)
async def pool_findings(uow: UnitOfWork, message: Message[v1.FindingsReported]) -> None:
    """Put reported findings into the pool and look for candidates. A finding reported again replaces its wording while it is free."""
    _must_be_below(uow, message)
    said = message.data
    known = await queries.find_pooled(uow, message.origin, [one.finding_id for one in said.findings])
    for one in {entry.finding_id: entry for entry in said.findings}.values():
        values = {
            "report_id": said.report_id, "report_serial": said.serial, "round_label": said.round_label, "category": one.category, "text": one.text, "unit": one.unit,
            "tags": "、".join(one.cross_tags), "confirmed_on": one.confirmed_on,
        }
        row = known.get(one.finding_id)
        if row is None:
            row = PooledFinding(id=uow.new_id(), status=states.POOLED.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, finding_id=one.finding_id, **values)
            uow.session.add(row)
            await uow.session.flush()
            await uow.log(row, "pooled", "入库", note=said.serial, event_id=message.id)
        elif row.status != "in_issue":
            for key, value in values.items():
                setattr(row, key, value)
            row.status, row.issue_id = states.POOLED.initial, None
            await uow.log(row, "pooled", "重新报送", note=said.serial, event_id=message.id)
    await uow.publish(v1.FindingsPooled(report_id=said.report_id, pooled=len({one.finding_id for one in said.findings})), to=message.origin, in_reply_to=message.id)
    await detect(uow)


@handlers.on(v1.FindingsWithdrawn)
async def drop_findings(uow: UnitOfWork, message: Message[v1.FindingsWithdrawn]) -> None:
    """Findings no longer count; issues that had them are counted anew and keep the trace."""
    _must_be_below(uow, message)
    rows = await queries.find_pooled(uow, message.origin, message.data.finding_ids)
    for row in rows.values():
        if row.status == "withdrawn" or row.report_id != message.data.report_id:
            continue
        held = row.status == "in_issue"
        await uow.move(row, states.POOLED, "withdrawn", "来方撤回", note=message.data.explanation, event_id=message.id)
        if held and row.issue_id:
            await leave_issue(uow, row.issue_id, message.data.explanation)
    await detect(uow)


@handlers.on(v1.IssueEscalated)
async def receive_escalation(uow: UnitOfWork, message: Message[v1.IssueEscalated]) -> None:
    """A lower office asks this one to take an issue up."""
    _must_be_below(uow, message, itself=False)
    said = message.data
    if await queries.find_incoming(uow, message.origin, said.escalation_id):
        return
    row = Incoming(
        id=uow.new_id(), status=states.INCOMING.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, guidance="", **said.model_dump()
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "received", "收到提请", note=said.document_number, event_id=message.id)


@handlers.on(v1.EscalationWithdrawn)
async def drop_escalation(uow: UnitOfWork, message: Message[v1.EscalationWithdrawn]) -> None:
    """Taken back below. One already decided stays decided: the answer is on its way."""
    row = await queries.find_incoming(uow, message.origin, message.data.escalation_id)
    if row is None:
        raise NotBelow
    if row.status == "received":
        await uow.move(row, states.INCOMING, "withdrawn", "来方撤回", note=message.data.explanation, event_id=message.id)


@handlers.on(v1.EscalationDecided)
async def note_superior_answer(uow: UnitOfWork, message: Message[v1.EscalationDecided]) -> None:
    """The fate of this office's own issue above, shown on the issue. The request itself belongs to the reporting side, which checks it."""
    above = uow.node.directory.parent_inspection(uow.office)
    said = message.data
    issue = await queries.find_issue(uow, said.local_number) if said.local_number and above and above.id == message.origin else None
    if issue is not None:
        issue.superior_answer = f"{words.label(words.OUTCOMES, said.outcome)} {said.issue_number} {said.guidance}".strip()
        await uow.log(issue, "superior_answered", "上级研究结果", before=issue.status, note=issue.superior_answer, event_id=message.id)


@handlers.on(v1.InstrumentSigned)
async def note_signature(uow: UnitOfWork, message: Message[v1.InstrumentSigned]) -> None:
    """A named officer has the letter. A signature given while the withdrawal was on its way wins."""
    copy, said = await queries.copy_of(uow, message), message.data
    if copy.signed_on is not None or copy.status == "voided":
        return
    if copy.status == "superseded":
        copy.signed_by, copy.signed_on = said.signed_by, said.signed_on
        await superseding.note_late(uow, copy, "对方签收", message.id, said.signed_by)
        return
    _must(copy, {"sent", "withdrawing"})
    lost = copy.status == "withdrawing"
    copy.signed_by, copy.signed_on = said.signed_by, said.signed_on
    await uow.move(copy, states.COPY, "signed", "对方签收", note=said.signed_by + (",已先行签收,撤回未成" if lost else ""), event_id=message.id)
    await mark_signed(uow.session, copy.event_id, uow.now)


@handlers.on(v1.InstrumentReturned)
async def note_return(uow: UnitOfWork, message: Message[v1.InstrumentReturned]) -> None:
    copy, said = await queries.copy_of(uow, message), message.data
    if copy.status in {"returned", "voided"}:
        return
    if copy.status == "superseded":
        await superseding.note_late(uow, copy, "对方退回", message.id, said.explanation)
        return
    _must(copy, {"sent", "withdrawing"})
    copy.return_reason, copy.return_note = said.reason, said.explanation
    await uow.move(copy, states.COPY, "returned", "对方退回", note=f"{words.label(words.RETURN_REASONS, said.reason)}:{said.explanation}", event_id=message.id)


@handlers.on(v1.WithdrawalConfirmed)
async def note_withdrawal(uow: UnitOfWork, message: Message[v1.WithdrawalConfirmed]) -> None:
    """The copy is back. Late or repeated confirmations change nothing."""
    copy = await queries.copy_of(uow, message)
    if copy.status == "withdrawing":
        await uow.move(copy, states.COPY, "withdrawn", "撤回完成", event_id=message.id)
        await settle_instrument(uow, copy)


@handlers.on(v1.PlanReplied)
async def note_plan(uow: UnitOfWork, message: Message[v1.PlanReplied]) -> None:
    copy = await queries.copy_of(uow, message)
    if await _keep_reply(uow, copy, message, "plan", {"signed"}):
        copy.plan_on = message.data.replied_on
        await uow.move(copy, states.COPY, "plan_replied", "首次报告", note=message.data.text, event_id=message.id)


@handlers.on(v1.GovernanceProgressed)
async def note_progress(uow: UnitOfWork, message: Message[v1.GovernanceProgressed]) -> None:
    copy = await queries.copy_of(uow, message)
    if not await _keep_reply(uow, copy, message, "progress", states.AT_WORK):
        return
    note = f"{counts_text(copy)} {message.data.text}".strip()
    if states.COPY.allows(copy.status, "in_governance"):
        await uow.move(copy, states.COPY, "in_governance", "治理进展", note=note, event_id=message.id)
    else:
        await uow.log(copy, "progressed", "治理进展", before=copy.status, note=note, event_id=message.id)


@handlers.on(v1.ResultReplied)
async def note_result(uow: UnitOfWork, message: Message[v1.ResultReplied]) -> None:
    """The one report that answers the letter; after 退回重办 it comes again."""
    copy, said = await queries.copy_of(uow, message), message.data
    if await _keep_reply(uow, copy, message, "result", states.AT_WORK):
        copy.result_on = said.replied_on
        copy.first_result_on = copy.first_result_on or said.replied_on
        await uow.move(copy, states.COPY, "result_replied", "结果报告", note=f"{said.document_number} {counts_text(copy)}".strip(), event_id=message.id)


@handlers.on(v1.ExtensionRequested)
async def note_extension(uow: UnitOfWork, message: Message[v1.ExtensionRequested]) -> None:
    """More time is asked for; an officer decides."""
    copy, said = await queries.copy_of(uow, message), message.data
    if copy.status == "superseded":
        await superseding.note_late(uow, copy, "申请延期", message.id, said.explanation)
        return
    _must(copy, states.AT_WORK)
    copy.extension, copy.extension_until, copy.extension_why = "requested", said.until, said.explanation
    await uow.log(copy, "extension_requested", "申请延期", before=copy.status, note=f"至 {said.until.isoformat()}:{said.explanation}", event_id=message.id)


@handlers.on(v1.LetterPassedOn)
async def forward_letter(uow: UnitOfWork, message: Message[v1.LetterPassedOn]) -> None:
    """This office passes its superior's circular on. Nobody else may say so."""
    if message.origin != uow.office:
        raise NotBelow
    await forward(uow, message.data)


async def _keep_reply(uow: UnitOfWork, copy: Copy, message: Message[Any], kind: str, allowed: "frozenset[str] | set[str]") -> bool:
    """Keep what was reported, once per number; False for a repeat, or for a letter voided or replaced meanwhile."""
    said = message.data
    if copy.status == "voided" or await queries.find_reply(uow, copy.id, said.number):
        return False
    late = copy.status == "superseded"
    if not late:
        _must(copy, allowed)
    counts = counts_of(getattr(said, "counts", None))
    uow.session.add(
        Reply(
            id=uow.new_id(), copy_id=copy.id, number=said.number, kind=kind, text=said.text, document_number=getattr(said, "document_number", ""),
            replied_by=said.replied_by, replied_on=said.replied_on, event_id=message.id, received_at=uow.now, **counts,
        )
    )
    copy.replies = max(copy.replies, said.number)
    newer = await queries.find_carried(uow, copy.id) if late else None
    if kind != "plan":
        for row in (copy, newer):
            if row is copy or (row is not None and not row.replies):
                for key, value in counts.items():
                    setattr(row, key, value)
    if late:
        await superseding.note_late(uow, copy, words.label(words.REPLIES, kind), message.id, said.text)
    return not late


def _must(copy: Copy, allowed: "frozenset[str] | set[str]") -> None:
    if copy.status not in allowed:
        raise OutOfStep(states.COPY.label(copy.status))


def _must_be_below(uow: UnitOfWork, message: Message[Any], *, itself: bool = True) -> None:
    """Only an inspection office directly below, or this office for its own analysis."""
    below = {office.id for office in uow.node.directory.children(uow.office) if office.is_inspection}
    if message.origin not in below and not (itself and message.origin == uow.office):
        raise NotBelow
