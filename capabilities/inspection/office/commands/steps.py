"""What every command here needs: a fresh record, a date that can be true."""

from datetime import date
from typing import Any

from capabilities.inspection.office.errors import DateOutOfOrder
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.states import StateMachine


def fresh(uow: UnitOfWork, machine: StateMachine) -> dict[str, Any]:
    """The columns of `Record` for a row made now; `uow.log` then counts version 1."""
    return {"id": uow.new_id(), "status": machine.initial, "version": 0, "created_at": uow.now, "updated_at": uow.now}


def check_done_on(uow: UnitOfWork, label: str, on: date, *, earliest: date | None = None) -> None:
    """A day something was done: not before the step it follows, not in the future.

    Raises:
        DateOutOfOrder: it is.
    """
    if on > uow.today or (earliest is not None and on < earliest):
        raise DateOutOfOrder(label, on, earliest=earliest, latest=uow.today)
