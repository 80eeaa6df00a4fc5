"""Words from this office to whoever brought a wish: steps and decisions, passed down the chain."""

from uuid import UUID

from capabilities.lifted_inspection.domain.words import Stage
from capabilities.lifted_inspection.organiser.models import Task
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import v1


def came_from_below(uow: UnitOfWork, task: Task) -> bool:
    return task.origin != uow.office


async def take_back_above(uow: UnitOfWork, task: Task, why: str) -> None:
    """What was passed on upward and sent back is settled here after all: the office above need not wait for it."""
    superior = uow.node.directory.parent_inspection(uow.office)
    if superior is None or not task.escalations or task.escalated_to is not None:
        return
    event_id = await uow.publish(v1.LiftedWithdrawn(proposal_id=task.id, revision=task.escalations, explanation=why), to=superior.id)
    await uow.log(task, "taken_back_above", "撤回提请", before=task.status, note=why, event_id=event_id)


async def tell_stage(uow: UnitOfWork, task: Task, stage: Stage, note: str = "") -> UUID | None:
    """Where the wish stands here, told to the office that brought it."""
    return await pass_stage(uow, task, v1.LiftedProgressed(proposal_id=task.id, stage=str(stage), office=uow.office, on=uow.today, note=note))


async def pass_stage(uow: UnitOfWork, task: Task, said: v1.LiftedProgressed) -> UUID | None:
    """A step, here or above, told one office further down."""
    if not came_from_below(uow, task):
        return None
    own = said.model_copy(update={"proposal_id": task.proposal_id, "passed_on": bool(task.chain)})
    return await uow.publish(own, to=task.origin)


async def tell_decision(uow: UnitOfWork, task: Task) -> UUID | None:
    """The decision on a task, made here or above, told one office further down."""
    if not came_from_below(uow, task) or not task.outcome or not task.decision_number or not task.decided_on:
        return None
    due = uow.node.deadlines.due("lifted_inspection.sign", uow.today)
    return await uow.publish(
        v1.LiftedDecided(
            proposal_id=task.proposal_id, passed_on=bool(task.chain), outcome=task.outcome, document_number=task.decision_number,
            decided_by=task.decided_by or uow.office, decided_on=task.decided_on, kind=task.kind, explanation=task.decision_text, revisit_on=task.revisit_on,
            sign_due_on=due.on,
        ),
        to=task.origin,
    )
