"""The sending office of the bench."""

from dataclasses import replace

from services.county.app import SPEC as COUNTY
from tests.bench.ledger import ledger

SPEC = replace(COUNTY, slices=(*COUNTY.slices, ledger()))
