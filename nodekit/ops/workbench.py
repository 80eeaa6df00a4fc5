"""工作台: what waits for me, across all slices, each one click from the action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from nodekit.identity.session import CurrentOfficer
from nodekit.web.edge import ReadUow
from nodekit.web.templating import render

if TYPE_CHECKING:
    from nodekit.identity.officer import Officer
    from nodekit.spec import Todo
    from nodekit.unit_of_work import UnitOfWork

router = APIRouter(tags=["workbench"])

KINDS = ("待签收", "待办", "待审批", "将到期", "已超期", "消息")
SHOWN_PER_KIND = 20


async def waiting_for(uow: UnitOfWork, officer: Officer) -> dict[str, list[Todo]]:
    """Matters that wait for this officer, by kind in the order offices use; the soonest due first."""
    found: dict[str, list[Todo]] = {kind: [] for kind in KINDS}
    for part in uow.node.spec.slices:
        for source in part.todos:
            for todo in await source(uow, officer):
                found.setdefault(todo.kind, []).append(todo)
    for todos in found.values():
        todos.sort(key=lambda todo: (todo.due_on is None, todo.due_on or uow.today, todo.title))
    return found


@router.get("/workbench", response_class=HTMLResponse, include_in_schema=False)
async def workbench(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """The officer's start page."""
    waiting = await waiting_for(uow, officer)
    return await render(
        request, uow, "ops/workbench.html", waiting=waiting, kinds=KINDS, shown=SHOWN_PER_KIND,
        lights={todo.due_on: uow.node.deadlines.light(todo.due_on, uow.today) for todos in waiting.values() for todo in todos if todo.due_on},
    )


@router.get("/api/workbench")
async def workbench_json(uow: ReadUow, officer: CurrentOfficer) -> dict[str, list[dict[str, Any]]]:
    """The same for programs."""
    waiting = await waiting_for(uow, officer)
    return {
        kind: [{"title": todo.title, "url": todo.url, "due_on": todo.due_on, "source": todo.source} for todo in todos]
        for kind, todos in waiting.items()
    }
