"""Inspection work (巡察实施): targets, coverage, rounds, teams, findings and what is filed upward.

The ground floor: other capabilities read it through `capabilities.inspection.register`, and only through that.
"""

from capabilities.inspection.office import office
from capabilities.inspection.superior import superior

__all__ = ["office", "superior"]
