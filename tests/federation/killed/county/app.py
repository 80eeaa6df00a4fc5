"""The specification the process serves."""

from tests.federation.clue_transfer.offices import COUNTY_SPEC as SPEC

__all__ = ["SPEC"]
