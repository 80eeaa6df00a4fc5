"""Registers of an inspection office."""

from capabilities.inspection.office.ledgers.filings import FILINGS
from capabilities.inspection.office.ledgers.findings import FINDINGS
from capabilities.inspection.office.ledgers.people import MAPPINGS, PEOPLE
from capabilities.inspection.office.ledgers.rounds import ROUNDS
from capabilities.inspection.office.ledgers.targets import MEETINGS, TARGETS, TERMS
from capabilities.inspection.office.ledgers.teams import TEAMS

ALL = (TERMS, TARGETS, ROUNDS, TEAMS, FINDINGS, FILINGS, MEETINGS, PEOPLE, MAPPINGS)
