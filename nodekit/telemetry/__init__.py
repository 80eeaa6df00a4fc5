"""Tracing and logs without personal data.

One trace runs from the officer's click through the outbox (which keeps its context), every hop, to the handler at the far end.
"""

from nodekit.telemetry.logs import configure_logging
from nodekit.telemetry.tracing import SpanStore, configure_tracing, continue_trace, current_traceparent, tracer

__all__ = ["SpanStore", "configure_logging", "configure_tracing", "continue_trace", "current_traceparent", "tracer"]
