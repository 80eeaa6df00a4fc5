"""Templates of the shell, of nodekit's rooms, of every composed slice and of the service; `render` answers a page.

Names: `ledger/list.html` (shell), `identity/accounts.html` (nodekit/identity/templates), `clue_transfer.issuer/detail.html`
(that slice's templates/), `clue_transfer/body.html` (what the sides of a capability share), `county/home.html` (services/county/templates or its folder).
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from nodekit.clock import local_date
from nodekit.web import flash
from nodekit.web.cells import label_of, local_text, number_text
from nodekit.web.charts import chart_table
from nodekit.web.icons import icon
from nodekit.web.shell import shell_context

if TYPE_CHECKING:
    from nodekit.spec import NodeSpec
    from nodekit.unit_of_work import UnitOfWork

WEB = Path(__file__).parent
NODEKIT = WEB.parent
PRODUCT = "联动"


def build_environment(spec: NodeSpec) -> Environment:
    """The Jinja environment of one kind of office. Undefined names are errors, everything is escaped."""
    rooms: dict[str, BaseLoader] = {
        folder.parent.name: FileSystemLoader(folder) for folder in NODEKIT.glob("*/templates") if folder.parent != WEB
    }
    for part in spec.slices:
        package = Path(str(files(part.package)))
        rooms[part.name] = FileSystemLoader(package / "templates")
        rooms.setdefault(part.capability, FileSystemLoader(package.parent / "templates"))
    service = NODEKIT.parent / "services" / spec.service
    rooms[spec.service] = FileSystemLoader([service / "templates", service])
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(WEB / "templates"), PrefixLoader(rooms)]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    env.globals.update(icon=icon, static=static_url, product=PRODUCT, query=query_string, chart_table=chart_table)
    env.filters.update(
        local=local_text, localdate=lambda instant: local_date(instant).isoformat(), label=label_of, number=number_text,
        office=office_name, office_short=office_short_name, percent=percent,
    )
    return env


async def render(request: Request, uow: UnitOfWork, name: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page inside the shell: adds node, office, officer, menu, counts, flash, csrf token and the moment.

    A request from htmx for a part of the page (`partial` is true in the template) is spared the shell's queries.
    """
    partial = request.headers.get("HX-Request-Type") == "partial"
    notes = [] if partial else [*flash.take(request), *uow.notes]
    shell = {} if partial else await shell_context(uow, request.url.path)
    template = request.app.state.templates.get_template(name)
    text = template.render(
        request=request, node=uow.node, office=uow.node.office, officer=uow.officer, now=uow.now, today=uow.today,
        csrf=csrf_token(request), notes=notes, partial=partial, path=request.url.path, **{**shell, **context},
    )
    response = HTMLResponse(text, status_code=status)
    if not partial:
        flash.clear(request, response)
    return response


def render_plain(request: Request, name: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page without the shell (sign-in, errors): no database, no officer needed."""
    node = request.app.state.node
    template = request.app.state.templates.get_template(name)
    text = template.render(
        request=request, office=node.office if node else None, officer=None, csrf=csrf_token(request), path=request.url.path, **context
    )
    return HTMLResponse(text, status_code=status)


def csrf_token(request: Request) -> str:
    """Token of this session, put on the request by nodekit.identity."""
    return str(getattr(request.state, "csrf", ""))


@cache
def static_url(name: str) -> str:
    """Address of a static file with its digest: browsers may keep it for ever."""
    file = WEB / "static" / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "missing"
    return f"/static/{name}?v={digest}"


def query_string(**values: Any) -> str:
    """`?a=1&b=2` of the values that say something."""
    kept = {key: value for key, value in values.items() if value not in ("", None, [])}
    return "?" + urlencode(kept, doseq=True) if kept else ""


@pass_context
def office_name(context: Context, office_id: str | None) -> str:
    """Chinese name of an office id."""
    return context["node"].directory.name(office_id) if office_id else "—"


@pass_context
def office_short_name(context: Context, office_id: str | None) -> str:
    return context["node"].directory.short_name(office_id) if office_id else "—"


def percent(part: float | None, whole: float | None = 1) -> str:
    """37.5% of a share; a dash when there is nothing to divide by."""
    return number_text(round(100 * float(part) / float(whole), 1), "%") if part is not None and whole else "—"
