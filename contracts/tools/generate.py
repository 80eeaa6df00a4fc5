"""Write contracts/ from the code: `python -m contracts.tools.generate [--check]`.

Python is the source, JSON is the promise. With `--check` nothing is written; the exit code tells whether anything would change.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shared_schemas
from contracts.tools.asyncapi import asyncapi_document
from nodekit.app import build_app
from nodekit.cli import load_spec
from shared_schemas.event import Event, every_event_type

ROOT = Path(__file__).parents[1]
SERVICES = ("county", "city", "province", "discipline_commission", "organization_department", "department")


def load_events() -> dict[str, type[Event]]:
    """Import every module of shared_schemas and return the registered event types."""
    for module in pkgutil.walk_packages(shared_schemas.__path__, "shared_schemas."):
        importlib.import_module(module.name)
    return every_event_type()


def examples() -> dict[str, list[Event]]:
    """Golden examples by event type, from the `examples.py` beside each family."""
    found: dict[str, list[Event]] = {}
    for module in pkgutil.walk_packages(shared_schemas.__path__, "shared_schemas."):
        if module.name.endswith(".examples"):
            for example in importlib.import_module(module.name).EXAMPLES:
                found.setdefault(example.TYPE, []).append(example)
    return found


def event_schema(event: type[Event]) -> dict[str, Any]:
    """JSON Schema 2020-12 of an event's body, with the class of message and the generic type on the wire."""
    schema = event.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:liandong:event:{event.TYPE}",
        "x-message-class": event.CLASS.value,
        "x-wire-type": event.wire_type(),
        "x-title-zh": event.TITLE,
        **schema,
    }


def documents() -> Iterator[tuple[Path, Any]]:
    """Every file of contracts/ that is generated, with its content."""
    golden = examples()
    for name, event in load_events().items():
        folder = ROOT / "events" / name
        yield folder / "schema.json", event_schema(event)
        for number, example in enumerate(golden.get(name, ()), start=1):
            yield folder / "examples" / f"{number}.json", example.model_dump(mode="json")
    yield ROOT.parent / "docs" / "domain" / "events.md", events_page()
    for service in SERVICES:
        spec = load_spec(f"services.{service}")
        yield ROOT / "openapi" / f"{service}.json", build_app(spec).openapi()
        yield ROOT / "asyncapi" / f"{service}.json", asyncapi_document(spec)


def events_page() -> str:
    """The list of events for readers: Chinese name, type, who may read it, what it says."""
    lines = ["# Events", "", "Generated from `shared_schemas/` by `make contracts`; the words of the field are in [glossary.md](glossary.md).", ""]
    family = ""
    for name, event in load_events().items():
        if event.family() != family:
            family = event.family()
            lines += ["", f"## `{family}`", "", "| 事件 | Type | Class | What it says |", "|---|---|---|---|"]
        summary = (event.__doc__ or "").strip().splitlines()[0]
        lines.append(f"| {event.TITLE} | `{name}` | {event.CLASS.value} | {summary} |")
    return "\n".join(lines) + "\n"


def text_of(document: Any) -> str:
    """The document as it stands in its file."""
    if isinstance(document, str):
        return document
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write (or with --check compare) all generated files; files nobody generates any more are removed (or reported)."""
    checking = "--check" in arguments
    wanted = {path: text_of(document) for path, document in documents()}
    stale = [path for part in ("events", "openapi", "asyncapi") for path in (ROOT / part).rglob("*.json") if path not in wanted]
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in [*stale, *changed]:
        print(("drift: " if checking else "wrote: ") + str(path.relative_to(ROOT.parent)))
    if not checking:
        for path in stale:
            path.unlink()
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
    print(f"{len(wanted)} documents, {len(changed)} changed, {len(stale)} removed")
    return 1 if checking and (changed or stale) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
