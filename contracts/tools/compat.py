"""Compatible in both directions: an office on any supported release can read what we send, and we what it sends.

The only free change is a new optional property. Removed, newly required, no longer required, type, bound, format, pattern, enum or
const changed: breaking, and the answer is a new file `v2.py`. `python -m contracts.tools.compat` compares with every release in
contracts/released/SUPPORTED; `--freeze VERSION` keeps a copy of today's promise.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RELEASED = ROOT / "released"
PROSE = {"title", "description", "examples", "default", "$id", "$schema", "x-title-zh"}
"""Keys that bind nobody. A default binds nobody because a missing optional field is already allowed."""


def supported() -> list[str]:
    """Releases that some office may still run, one per line of SUPPORTED."""
    lines = (RELEASED / "SUPPORTED").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def released_schemas(version: str) -> dict[str, dict[str, Any]]:
    """Event type -> schema as promised in that release."""
    folder = RELEASED / version / "events"
    return {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/schema.json"))}


def current_schema(event_type: str) -> dict[str, Any] | None:
    path = ROOT / "events" / event_type / "schema.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def breaking_changes(old: dict[str, Any], new: dict[str, Any] | None) -> list[str]:
    """What an office could not read or write any more; empty when the change is free."""
    if new is None:
        return ["the event type was removed"]
    return list(_differences(old, new, old, new, "$"))


def _differences(old: Any, new: Any, old_root: dict[str, Any], new_root: dict[str, Any], at: str) -> list[str]:
    old, new = _resolve(old, old_root), _resolve(new, new_root)
    if isinstance(old, dict) and isinstance(new, dict):
        return _object_differences(old, new, old_root, new_root, at)
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [line for index, pair in enumerate(zip(old, new, strict=True)) for line in _differences(*pair, old_root, new_root, f"{at}[{index}]")]
    return [] if old == new else [f"{at}: {old!r} became {new!r}"]


def _object_differences(old: dict[str, Any], new: dict[str, Any], old_root: dict[str, Any], new_root: dict[str, Any], at: str) -> list[str]:
    found = []
    for key in sorted((old.keys() | new.keys()) - PROSE - {"$defs", "properties", "required"}):
        found += _differences(old.get(key), new.get(key), old_root, new_root, f"{at}.{key}")
    before, after = old.get("properties", {}), new.get("properties", {})
    found += [f"{at}.{name}: removed" for name in sorted(before.keys() - after.keys())]
    for name in sorted(before.keys() & after.keys()):
        found += _differences(before[name], after[name], old_root, new_root, f"{at}.{name}")
    was, now = set(old.get("required", ())), set(new.get("required", ()))
    found += [f"{at}.{name}: newly required" for name in sorted(now - was)]
    found += [f"{at}.{name}: no longer required" for name in sorted((was - now) & after.keys())]
    return found


def _resolve(node: Any, root: dict[str, Any]) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def freeze(version: str) -> None:
    """Keep today's schemas and examples as the promise of a release."""
    target = RELEASED / version
    if target.exists():
        raise SystemExit(f"{target} exists: a released promise is never rewritten")
    shutil.copytree(ROOT / "events", target / "events")
    with (RELEASED / "SUPPORTED").open("a", encoding="utf-8") as listing:
        listing.write(f"{version}\n")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--freeze"]:
        freeze(arguments[1])
        return 0
    broken = [
        f"{version} {name}: {line}"
        for version in supported()
        for name, schema in released_schemas(version).items()
        for line in breaking_changes(schema, current_schema(name))
    ]
    print("\n".join(broken) or "every supported release can talk to this one")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
