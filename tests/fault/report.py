"""What a run has shown, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.fault.chaos import Result
from tests.fault.history import History

PROBLEMS_SHOWN = 20


def figures(result: Result, history: History) -> dict[str, Any]:
    """Everything countable."""
    verdict = result.verdict
    return {
        "seed": result.seed, "seconds": round(result.seconds, 1), "rounds": result.rounds, "faults": len(history.faults),
        "by_kind": dict(sorted(Counter(f"{fault['kind']} {fault['name']}" for fault in history.faults).items(), key=_by_number)),
        "told": dict(Counter(act.told for act in history)),
        "events": sum(1 for act in history if act.told == "ok"),
        "convergence_s": {name: round(_share(result.convergence_s, share), 1) for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))},
        "compared": {name: line.count for name, line in verdict.lines.items()} if verdict else {},
        "recovered": verdict.recovered if verdict else 0,
        "gone_with_a_restore": len(verdict.gone_with_a_restore) if verdict else 0,
        "violations": result.violations,
    }


def write(found: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table(found: dict[str, Any]) -> str:
    """For a terminal."""
    rows = [f"seed {found['seed']}: {found['faults']} faults in {found['seconds']:.0f} s, {found['rounds']} rounds"]
    rows += [f"  {count:5}  {name}" for name, count in found["by_kind"].items()]
    rows.append("callers were told: " + ", ".join(f"{count} {told}" for told, count in sorted(found["told"].items())))
    rows.append("to rest after healing: " + ", ".join(f"{name} {value} s" for name, value in found["convergence_s"].items()))
    rows.append("compared: " + ", ".join(f"{name} {count}" for name, count in found["compared"].items()))
    rows.append(f"events given back to a restored sender: {found['recovered']}")
    rows.append(f"committed and undone by a restore before any peer held them (L1, L2), each checked to be just that: {found['gone_with_a_restore']}")
    rows.append(f"violations: {len(found['violations'])}")
    rows += [f"  {problem}" for problem in found["violations"][:PROBLEMS_SHOWN]]
    return "\n".join(rows)


def _share(values: Iterable[float], share: float) -> float:
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _by_number(item: tuple[str, int]) -> tuple[int, str]:
    return int(item[0].split()[0][1:] or 0), item[0]
