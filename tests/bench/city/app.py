"""The receiving office of the bench."""

from dataclasses import replace

from services.city.app import SPEC as CITY
from tests.bench.ledger import ledger

SPEC = replace(CITY, slices=(*CITY.slices, ledger()))
