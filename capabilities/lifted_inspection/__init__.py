"""Lifted, cross, joint and integrated inspection (提级、交叉、联动、一体巡察): asked from below, decided and organised above, shared by many.

Sides: `requester` asks its superior, `organiser` decides and runs the task, `participant` hosts it or lends people, `consultee` is a desk.
"""

from capabilities.lifted_inspection.consultee import consultee
from capabilities.lifted_inspection.organiser import organiser
from capabilities.lifted_inspection.participant import participant
from capabilities.lifted_inspection.requester import requester

__all__ = ["consultee", "organiser", "participant", "requester"]
