"""链路追踪: the newest traces of this process as a waterfall. Names, times and ids only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from nodekit.errors import NotFound
from nodekit.identity.session import CurrentOfficer
from nodekit.ops.trace_words import words_of
from nodekit.web.edge import ReadUow
from nodekit.web.shell import entries_of
from nodekit.web.templating import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.sdk.trace import ReadableSpan

    from nodekit.telemetry import SpanStore
    from nodekit.unit_of_work import UnitOfWork

router = APIRouter(tags=["ops"])
TRACES_SHOWN = 50
NANOSECONDS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Bar:
    """One span as a bar of the waterfall; offsets in percent of the whole trace, length in ms."""

    name: str
    words: str
    offset: float
    width: float
    ms: float
    depth: int
    facts: str


@router.get("/ops/traces", response_class=HTMLResponse, include_in_schema=False)
async def traces(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """The newest traces."""
    officer.must("trace.read", "查看链路追踪")
    store: SpanStore | None = uow.node.state.get("spans")
    shown = [] if store is None else [(f"{trace_id:032x}", store.spans(trace_id)) for trace_id in store.traces()[:TRACES_SHOWN]]
    pages = _pages(uow)
    rows = [(trace_id, words_of(spans[0].name, pages), spans[0].name, _milliseconds(spans), len(spans)) for trace_id, spans in shown if spans]
    return await render(request, uow, "ops/traces.html", rows=rows)


@router.get("/ops/traces/{trace_id}", response_class=HTMLResponse, include_in_schema=False)
async def trace_page(request: Request, trace_id: str, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """One trace as a waterfall."""
    officer.must("trace.read", "查看链路追踪")
    store: SpanStore | None = uow.node.state.get("spans")
    try:
        spans = store.spans(int(trace_id, 16)) if store else []
    except ValueError:
        spans = []
    if not spans:
        raise NotFound("该链路")
    return await render(
        request, uow, "ops/trace.html", trace_id=trace_id, bars=waterfall(spans, _pages(uow)),
        total_ms=_milliseconds(spans),
    )


def _pages(uow: UnitOfWork) -> dict[str, str]:
    return {entry.path: entry.title for entry in entries_of(uow.node.spec)}


def waterfall(spans: list[ReadableSpan], pages: Mapping[str, str]) -> list[Bar]:
    """Spans in order of start, indented below their parent."""
    begin = min(span.start_time or 0 for span in spans)
    whole = max(1, max(span.end_time or 0 for span in spans) - begin)
    depth: dict[int, int] = {}
    bars = []
    for span in spans:
        parent = span.parent.span_id if span.parent else 0
        own = depth.get(parent, -1) + 1
        if span.context:
            depth[span.context.span_id] = own
        start, end = span.start_time or begin, span.end_time or begin
        facts = "  ".join(f"{key}={value!s}" for key, value in sorted((span.attributes or {}).items()))
        bars.append(Bar(span.name, words_of(span.name, pages), 100 * (start - begin) / whole, max(0.4, 100 * (end - start) / whole), (end - start) / NANOSECONDS_PER_MS, own, facts))
    return bars


def _milliseconds(spans: list[ReadableSpan]) -> float:
    return (max(span.end_time or 0 for span in spans) - min(span.start_time or 0 for span in spans)) / NANOSECONDS_PER_MS
