"""The round: planned, peopled, then one step after the other, each with its day and its paper."""

from datetime import date
from uuid import UUID

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.steps import fresh
from capabilities.inspection.office.commands.targets import the_current_term
from capabilities.inspection.office.commands.teams import settle_hits
from capabilities.inspection.office.errors import AlreadyThere, DateOutOfOrder, RoundClosedToChange, TaskEntered
from capabilities.inspection.office.forms.rounds import (
    AddTargetsForm,
    AssignForm,
    BatchForm,
    ExtendForm,
    PlanForm,
    RemoveTargetForm,
    VoidRoundForm,
)
from capabilities.inspection.office.models import Batch, Round, Task
from capabilities.inspection.office.recusal_check import certain_hits
from nodekit.errors import NotFound
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork


async def plan_round(uow: UnitOfWork, _officer: Officer, form: PlanForm) -> Round:
    """Enter a round in the plan of the current term.

    Raises:
        NoCurrentTerm: no term is open. AlreadyThere: the term has this number and kind.
    """
    term = await the_current_term(uow)
    if any(other.number == form.number and other.kind == form.kind for other in await queries.list_rounds(uow, term_id=term.id)):
        raise AlreadyThere(f"{term.name}第{form.number}轮({form.kind.label})")
    _check_span(form.planned_entry_on, form.planned_end_on)
    plan = _plan_columns(uow, form)
    plan["name"] = plan["name"] or _round_name(uow, term.name, form)
    row = Round(
        **fresh(uow, domain.ROUND), **plan, term=term, term_id=term.id, taxonomy=taxonomy.current(uow.today).code, entered_on=None, onsite_ended_on=None,
        fed_back_on=None, due_on=None, due_why="", report_urged=0,
    )
    uow.session.add(row)
    set_due(uow, row)
    await uow.log(row, "planned", "列入计划", note=row.name)
    return row


async def amend_round(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: PlanForm) -> Round:
    """Correct the plan before the teams go in. Counting level and owner stay fixed once findings may exist."""
    row = await open_round(uow, round_id, "修改计划", domain.BEFORE_ENTRY)
    term = await queries.get_term(uow, row.term_id)
    others = [other for other in await queries.list_rounds(uow, term_id=term.id) if other.id != row.id]
    if any(other.number == form.number and other.kind == form.kind for other in others):
        raise AlreadyThere(f"{term.name}第{form.number}轮({form.kind.label})")
    _check_span(form.planned_entry_on, form.planned_end_on)
    for column, value in _plan_columns(uow, form).items():
        setattr(row, column, value)
    row.name = row.name or _round_name(uow, term.name, form)
    set_due(uow, row)
    await uow.log(row, "amended", "修改计划")
    return row


async def extend_round(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: ExtendForm) -> Round:
    """The time on site is prolonged; the reason stays on the time line."""
    row = await open_round(uow, round_id, "延期", domain.ON_SITE)
    before = row.planned_end_on
    if form.planned_end_on <= (before or row.entered_on or form.planned_end_on):
        raise DateOutOfOrder("调整后的结束", form.planned_end_on, earliest=before)
    row.planned_end_on = form.planned_end_on
    set_due(uow, row)
    await uow.log(row, "extended", "延期", note=f"{before or '未定'} → {form.planned_end_on} {form.reason} {form.document}".strip())
    return row


async def void_round(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: VoidRoundForm) -> Round:
    """The round will not take place; its organisations are free again. Only before entry."""
    row = await queries.get_round(uow, round_id, lock=True)
    await uow.move(row, domain.ROUND, "voided", "作废", note=f"{form.reason} {form.document}".strip())
    for task in await queries.list_tasks(uow, round_id=round_id):
        task.removed_on, task.removed_reason = uow.today, "轮次作废"
    for team in await queries.list_teams(uow, round_id=round_id):
        if team.status != "disbanded":
            await uow.move(team, domain.TEAM, "disbanded", "轮次作废撤组")
    row.due_on, row.due_why = None, ""
    return row


async def add_batch(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: BatchForm) -> Round:
    """Divide the round into batches that go in at different times."""
    row = await open_round(uow, round_id, "增设批次", domain.BEFORE_ENTRY | domain.ON_SITE)
    if any(batch.number == form.number for batch in await queries.list_batches(uow, round_id)):
        raise AlreadyThere(f"第{form.number}批")
    _check_span(form.planned_entry_on, form.planned_end_on)
    uow.session.add(Batch(id=uow.new_id(), round_id=row.id, **form.model_dump(), entered_on=None))
    await uow.log(row, "batch_added", f"增设第{domain.chinese_number(form.number)}批")
    return row


async def add_targets(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: AddTargetsForm) -> Round:
    """Put organisations into the round (or back, when they had been taken out)."""
    row = await open_round(uow, round_id, "增加巡察对象", domain.BEFORE_ENTRY | domain.ON_SITE)
    batches = {batch.number: batch for batch in await queries.list_batches(uow, round_id)}
    if form.batch_number is not None and form.batch_number not in batches:
        raise NotFound(f"第{form.batch_number}批")
    if form.batch_number is None and row.status in domain.ON_SITE:
        raise RoundClosedToChange(row.name, domain.ROUND.label(row.status), "不分批次增加对象")
    if form.batch_number is not None and batches[form.batch_number].entered_on:
        raise RoundClosedToChange(row.name, f"第{form.batch_number}批已进驻", "向该批增加对象")
    wanted = {target.id: target for target in await queries.list_targets(uow, ids=form.targets)}
    if missing := set(form.targets) - set(wanted):
        raise NotFound(f"所选{len(missing)}个巡察对象")
    there = {task.target_id: task for task in await queries.list_tasks(uow, round_id=round_id, present_only=False)}
    for target_id in wanted:
        task = there.get(target_id)
        if task is None:
            uow.session.add(
                Task(
                    id=uow.new_id(), round_id=row.id, target_id=target_id, team_id=None, batch_number=form.batch_number, entered_on=None,
                    removed_on=None, removed_reason="",
                )
            )
        elif task.removed_on is not None:
            task.removed_on, task.removed_reason, task.batch_number, task.team_id = None, "", form.batch_number, None
    await uow.log(row, "targets_added", "增加巡察对象", note="、".join(target.name for target in wanted.values()))
    return row


async def assign_targets(uow: UnitOfWork, officer: Officer, round_id: UUID, form: AssignForm) -> Round:
    """Say which team inspects which organisation. Recusal records are checked now, declarations in words when the team is authorised.

    Raises:
        MustStandBack: a member's record names one of them, and nobody has ruled otherwise.
    """
    row = await open_round(uow, round_id, "分工", domain.BEFORE_ENTRY | domain.ON_SITE)
    team = await queries.get_team(uow, form.team)
    if team.round_id != row.id or team.status == "disbanded":
        raise NotFound("本轮的巡察组")
    tasks = {task.target_id: task for task in await queries.list_tasks(uow, round_id=round_id)}
    names = await queries.target_names(uow, form.targets)
    for target_id in form.targets:
        task = tasks.get(target_id)
        if task is None:
            raise NotFound("本轮的巡察对象")
        if task.entered_on is not None:
            raise TaskEntered(names[target_id])
        task.team_id = team.id
    await uow.log(row, "assigned", "分工", note=f"{team.name}:{'、'.join(names.values())}")
    await uow.session.flush()
    await settle_hits(uow, officer, team, await certain_hits(uow, team, target_ids=set(form.targets)), form)
    return row


async def remove_target(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: RemoveTargetForm) -> Round:
    """Take an organisation out before the team goes in; the reason is kept."""
    row = await open_round(uow, round_id, "移出对象", domain.BEFORE_ENTRY | domain.ON_SITE)
    task = next((task for task in await queries.list_tasks(uow, round_id=round_id) if task.target_id == form.target), None)
    if task is None:
        raise NotFound("本轮的巡察对象")
    name = (await queries.target_names(uow, [form.target]))[form.target]
    if task.entered_on is not None:
        raise TaskEntered(name)
    task.removed_on, task.removed_reason = uow.today, form.reason
    await uow.log(row, "target_removed", "移出对象", note=f"{name}:{form.reason}")
    return row


async def open_round(uow: UnitOfWork, round_id: UUID, what: str, states: frozenset[str]) -> Round:
    """The locked round, when it is still in one of these states.

    Raises:
        RoundClosedToChange: it has gone on.
    """
    row = await queries.get_round(uow, round_id, lock=True)
    if row.status not in states:
        raise RoundClosedToChange(row.name, domain.ROUND.label(row.status), what)
    return row


def set_due(uow: UnitOfWork, row: Round) -> None:
    """Set the last day of the next step, by the rule in force when its clock started."""
    clocks: dict[str, tuple[str, date | None]] = {
        "authorised": ("inspection.entry_notice", row.planned_entry_on),
        "onsite_ended": ("inspection.team_report", row.onsite_ended_on),
        "reported": ("inspection.secretary_meeting", row.onsite_ended_on),
        "heard_by_leading_group": ("inspection.secretary_meeting", row.onsite_ended_on),
        "fed_back": ("rectification.report", row.fed_back_on),
        "rectifying": ("rectification.report", row.fed_back_on),
    }
    row.due_on, row.due_why = None, ""
    item, start = clocks.get(row.status, ("", None))
    if row.status in domain.ON_SITE and row.planned_end_on:
        row.due_on, row.due_why = row.planned_end_on, f"按方案安排,现场巡察于{row.planned_end_on}结束。"
    elif start is not None:
        due = uow.node.deadlines.due(item, start)
        row.due_on, row.due_why = due.on, due.why


def _plan_columns(uow: UnitOfWork, form: PlanForm) -> dict[str, object]:
    owner = form.counting_owner or uow.office
    uow.node.directory.office(owner)
    return form.model_dump() | {"counting_owner": owner}


def _round_name(uow: UnitOfWork, term: str, form: PlanForm) -> str:
    word = uow.node.office.tier.inspection_word
    kind = "" if form.kind == "routine" else form.kind.label.strip("“”")
    return f"{term}第{domain.chinese_number(form.number) if form.number < 100 else form.number}轮{kind}{word}"  # noqa: PLR2004 - written out to 99


def _check_span(entry: date | None, end: date | None) -> None:
    if entry and end and end < entry:
        raise DateOutOfOrder("计划结束", end, earliest=entry)
