"""What the task page shows beside the facts: staffing board and receipts matrix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capabilities.lifted_inspection.domain import rules
from capabilities.lifted_inspection.domain.machines import CANDIDATE, PAPER, SECONDMENT
from capabilities.lifted_inspection.domain.words import Addressee, PaperKind, Skill, labels_of
from capabilities.lifted_inspection.organiser import queries
from capabilities.lifted_inspection.organiser.models import Candidate, Copy, Task
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork

STAFFING = frozenset({"tasked", "staffing"})


@dataclass(frozen=True)
class Cell:
    """One copy in the receipts matrix."""

    id: Any
    label: str
    tone: str
    note: str


def recusal_light(person: Candidate) -> tuple[str, str]:
    """回避 light of one person: words and tone."""
    if person.status == "rejected":
        return ("已更换", "grey")
    return ("命中回避", "red") if person.hits else ("核查通过", "green")


async def board(uow: UnitOfWork, _officer: Officer, task: Task) -> Mapping[str, Any]:
    """Requests with their people, what is still missing for a team, and who has signed for which paper."""
    people = await queries.candidates(uow, task.id)
    lanes = [
        {
            "row": row, "state": SECONDMENT.states[row.status], "skills": labels_of(Skill, row.skills),
            "people": [
                {"row": person, "state": CANDIDATE.states[person.status], "light": recusal_light(person), "hits": person.hits}
                for person in people if person.secondment_id == row.id
            ],
        }
        for row in await queries.secondments(uow, task.id)
    ]
    gaps = rules.staffing_gaps(task.kind, await queries.lent(uow, task.id), task.own_members) if task.status in STAFFING else []
    return {
        "lanes": lanes, "gaps": gaps, "matrix": _matrix(await queries.copies(uow, task.id)), "kinds": [kind.label for kind in PaperKind],
        "consulted": any(entry.request_event_id for entry in await queries.consultations(uow, task.id)),
    }


def _matrix(copies: Any) -> list[dict[str, Any]]:
    """Rows: addressees; columns: kinds of paper."""
    places = dict.fromkeys((copy.recipient, copy.addressee) for copy in copies)
    return [
        {
            "office": office, "capacity": Addressee.label_of(addressee),
            "cells": [next((_cell(copy) for copy in copies if (copy.recipient, copy.addressee, copy.kind) == (office, addressee, kind)), None) for kind in PaperKind],
        }
        for office, addressee in places
    ]


def _cell(copy: Copy) -> Cell:
    state = PAPER.states[copy.status]
    return Cell(copy.id, state.label, state.tone.value, f"{copy.signed_by} {copy.signed_on}" if copy.signed_on else f"限{copy.sign_due_on}前")
