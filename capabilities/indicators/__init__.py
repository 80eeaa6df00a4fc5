"""Indicators (统计研判): every node computes its own numbers, sends changed cells upward, and every office above sees them live."""

from capabilities.indicators.collector import collector
from capabilities.indicators.published import published
from capabilities.indicators.reporter import reporter

__all__ = ["collector", "published", "reporter"]
