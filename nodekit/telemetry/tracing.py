"""OpenTelemetry set-up: spans of this process, the last ones kept for the page 链路追踪."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

TRACES_KEPT = 500
SPANS_PER_TRACE = 200


class SpanStore(SpanExporter):
    """The newest traces of this process, in memory and bounded. Spans hold names, times and ids, never contents."""

    def __init__(self) -> None:
        self._traces: OrderedDict[int, deque[ReadableSpan]] = OrderedDict()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        for span in spans:
            trace_id = span.context.trace_id if span.context else 0
            kept = self._traces.setdefault(trace_id, deque(maxlen=SPANS_PER_TRACE))
            kept.append(span)
            self._traces.move_to_end(trace_id)
            if len(self._traces) > TRACES_KEPT:
                self._traces.popitem(last=False)
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        self._traces.clear()

    def spans(self, trace_id: int) -> list[ReadableSpan]:
        """Spans of one trace in the order they started."""
        return sorted(self._traces.get(trace_id, ()), key=lambda span: span.start_time or 0)

    def traces(self) -> list[int]:
        """Trace ids, newest first."""
        return list(reversed(self._traces))


def configure_tracing(service: str) -> SpanStore:
    """Install the process's tracer provider once; later calls add another store to the same provider."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(resource=Resource.create({"service.name": service}))
        trace.set_tracer_provider(provider)
    store = SpanStore()
    provider.add_span_processor(SimpleSpanProcessor(store))
    return store


def tracer() -> trace.Tracer:
    return trace.get_tracer("liandong")


def current_traceparent() -> str | None:
    """The W3C traceparent of the running span, if any."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continue_trace(name: str, traceparent: str | None, **attributes: str) -> Iterator[trace.Span]:
    """A span that belongs to the trace in which the event was said, possibly days ago in another office."""
    context = propagate.extract({"traceparent": traceparent}) if traceparent else None
    with tracer().start_as_current_span(name, context=context, attributes=attributes) as span:
        yield span
