"""When things are due, and why that day. Profiles are dated data, the calendar is data, thresholds of the lights are data."""

from nodekit.deadlines.lights import Light, Lights
from nodekit.deadlines.profiles import DeadlineProfile, Unit, due_on
from nodekit.deadlines.service import Deadlines, Due

__all__ = ["DeadlineProfile", "Deadlines", "Due", "Light", "Lights", "Unit", "due_on"]
