"""Small things every side needs to declare tables and ledgers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from capabilities.lifted_inspection.domain.words import Reason, Skill, labels_of
from nodekit.unit_of_work import UnitOfWork

GROUP = "联动协同"
"""Menu group (docs/domain, G.1)."""


def among(column: str, values: Iterable[object]) -> str:
    """SQL of a CHECK: the column holds one of these words."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def facts_text(facts: dict[str, Any]) -> str:
    """Numbers about a target as one sentence. Clues by count and urgency only."""
    year = facts.get("last_inspected_year")
    parts = [f"上次巡察{year}年" if year else "此前未巡察", f"已发现问题{facts.get('findings', 0)}个", f"信访{facts.get('petitions', 0)}件"]
    if facts.get("funds_wan"):
        parts.append(f"年资金量{facts['funds_wan']}万元")
    urgent = f"(其中优先办理{facts['clues_urgent']}件)" if facts.get("clues_urgent") else ""
    parts.append(f"掌握线索{facts.get('clues', 0)}件{urgent}")
    return ",".join(parts) + "。"


def reasons_text(row: Any, _uow: UnitOfWork) -> str:
    return labels_of(Reason, row.reasons)


def skills_text(row: Any, _uow: UnitOfWork) -> str:
    return labels_of(Skill, row.skills)


def sign_initial_values(officer_name: str, today: date) -> dict[str, Any]:
    """A signature form starts with whoever is at the desk, today."""
    return {"signed_by": officer_name, "signed_on": today.isoformat()}
