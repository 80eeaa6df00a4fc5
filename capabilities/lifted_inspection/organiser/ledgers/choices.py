"""What can be chosen in a form at this moment. Each is `(uow, officer, record) -> choices`."""

from collections.abc import Iterable, Sequence
from typing import Any

from capabilities.lifted_inspection.domain.words import Step
from capabilities.lifted_inspection.organiser import queries
from capabilities.lifted_inspection.organiser.models import Copy, Task
from nodekit.identity.officer import Officer
from nodekit.peers.directory import Office
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Choice


def _named(offices: Iterable[Office]) -> list[Choice]:
    return [(office.id, office.name) for office in offices]


async def desks(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    """Discipline, organization and department desks beside this office."""
    return _named(uow.node.directory.desks(uow.office))


async def below(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    """Inspection offices under this one: who may host or lend people."""
    return _named(uow.node.directory.descendants(uow.office))


async def counters(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    """Who may count the task: this office, or those above it."""
    found, above = [(uow.office, uow.node.office.name)], uow.node.directory.parent_inspection(uow.office)
    while above is not None:
        found.append((above.id, above.name))
        above = uow.node.directory.parent_inspection(above.id)
    return found


async def contributors(uow: UnitOfWork, _officer: Officer, task: Task) -> Sequence[Choice]:
    return [(office, uow.node.directory.name(office)) for office in task.contributors]


async def departments(uow: UnitOfWork, _officer: Officer, task: Task) -> Sequence[Choice]:
    """Desks beside the host and beside this office."""
    directory = uow.node.directory
    return _named([*directory.desks(task.host or uow.office), *directory.desks(uow.office)])


async def open_reports(uow: UnitOfWork, _officer: Officer, task: Task) -> Sequence[Choice]:
    return [
        (str(row.number), f"第{row.number}号 {Step.label_of(row.step)}({row.reported_on})") for row in await queries.reports(uow, task.id) if row.status == "sent"
    ]


async def approve_initial(uow: UnitOfWork, _officer: Officer, task: Task) -> dict[str, Any]:
    host = task.requester if task.requester != uow.office else ""
    return {"kind": task.wanted_kind, "host": host, "counting_owner": uow.office, "decided_on": uow.today.isoformat()}


async def decide_initial(uow: UnitOfWork, _officer: Officer, _task: Task) -> dict[str, Any]:
    return {"decided_on": uow.today.isoformat()}


async def escalate_initial(_uow: UnitOfWork, _officer: Officer, task: Task) -> dict[str, Any]:
    return {"wanted_kind": task.wanted_kind}


async def resend_initial(_uow: UnitOfWork, _officer: Officer, copy: Copy) -> dict[str, Any]:
    return {"text": copy.text}
