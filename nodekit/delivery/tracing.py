"""Spans of delivery, children of the act that caused the event, across databases and offices. No content in attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from nodekit.delivery.core.reading import HeardPacket
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import EventDoc

TRACEPARENT = "traceparent"
LINKS_MAX = 32
_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = trace.get_tracer("nodekit.delivery")


def headers_of(out: Out) -> dict[str, str]:
    """Bus headers of a transmission: the first event's trace, so that hubs on the way appear in it."""
    return {TRACEPARENT: out.tp} if out.tp else {}


@contextmanager
def sending(out: Out) -> Iterator[None]:
    if out.tp is None:
        yield
        return
    with _TRACER.start_as_current_span("delivery.send", context=_parent(out.tp), attributes={"office.to": out.dst, "size": len(out.data)}):
        yield


@contextmanager
def receiving(packets: list[HeardPacket]) -> Iterator[None]:
    """One span per batch, child of its first traced event."""
    traced = [event for packet in packets for event in packet.events if event.tp]
    if not traced or traced[0].tp is None:
        yield
        return
    attributes: dict[str, str | int] = {"office.from": packets[0].src, "events": sum(len(packet.events) for packet in packets)}
    with _TRACER.start_as_current_span("delivery.receive", context=_parent(traced[0].tp), attributes=attributes):
        yield


@contextmanager
def applying(event: EventDoc) -> Iterator[None]:
    """Current while the handlers of `event` run, so what they cause joins the same trace."""
    if event.tp is None:
        yield
        return
    attributes = {"office.from": event.src, "event.id": event.id, "event.type": event.type}
    with _TRACER.start_as_current_span("delivery.apply", context=_parent(event.tp), attributes=attributes):
        yield


@contextmanager
def applying_many(events: Sequence[EventDoc]) -> Iterator[None]:
    """The same for handlers that take a batch: one span in the trace of the first traced event, linked to the others."""
    traced = [event for event in events if event.tp]
    if not traced or traced[0].tp is None:
        yield
        return
    others = (trace.get_current_span(_parent(event.tp)).get_span_context() for event in traced[1 : LINKS_MAX + 1] if event.tp)
    attributes: dict[str, str | int] = {"office.from": traced[0].src, "event.type": traced[0].type, "events": len(events)}
    links = [trace.Link(context) for context in others]
    with _TRACER.start_as_current_span("delivery.apply", context=_parent(traced[0].tp), attributes=attributes, links=links):
        yield


def _parent(traceparent: str) -> Context:
    return _PROPAGATOR.extract({TRACEPARENT: traceparent})
