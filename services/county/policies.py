"""Rules across slices of this level: reactions to local events inside the office."""

from nodekit.handlers import Handlers

POLICIES: tuple[Handlers, ...] = ()
