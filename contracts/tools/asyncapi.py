"""An AsyncAPI 3 document per service: what it receives and what it says, and to whom the bus carries it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from nodekit.app import RELEASE
from nodekit.spec import NodeSpec, Slice
from shared_schemas.event import Event, every_event_type


def spoken_by(part: Slice) -> list[type[Event]]:
    """Event types that a slice's own code, or code its capability's sides share, uses for more than hearing them.

    A capability says only events of its own family (tests/contract holds it to that: an event nobody says is an error).
    """
    family = f"shared_schemas.{part.capability}."
    by_name = {event.__name__: event for event in every_event_type().values() if event.__module__.startswith(family)}
    own = Path(str(files(part.package)))
    sources = [*own.rglob("*.py"), *(own.parent / "common").rglob("*.py")]
    used = {name for file in sources for name in _used_names(ast.parse(file.read_text(encoding="utf-8"))) if name in by_name}
    return sorted((by_name[name] for name in used), key=lambda event: event.TYPE)


def _used_names(node: ast.AST) -> Iterator[str]:
    """Names read in a module, leaving out `@handlers.on(X)` and `Message[X]`: those hear."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "on":
        return
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Message":
        return
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    for child in ast.iter_child_nodes(node):
        yield from _used_names(child)


def heard_by(spec: NodeSpec) -> list[type[Event]]:
    """Event types for which a service has a handler."""
    handlers = [handler for part in spec.slices if part.handlers for handler in part.handlers.all]
    handlers += [handler for policy in spec.policies for handler in policy.all]
    return sorted({handler.event for handler in handlers}, key=lambda event: event.TYPE)


def of_every_node() -> list[type[Event]]:
    """Event types about the exchange itself: nodekit says and hears them, whatever a service composes."""
    return [event for _, event in sorted(every_event_type().items()) if event.__module__.startswith("shared_schemas.delivery.")]


def asyncapi_document(spec: NodeSpec) -> dict[str, Any]:
    """AsyncAPI 3.0 of one service. Channels are office pairs; messages refer to the event schemas beside this file."""
    spoken = sorted({*of_every_node(), *(event for part in spec.slices for event in spoken_by(part))}, key=lambda event: event.TYPE)
    heard = sorted({*of_every_node(), *heard_by(spec)}, key=lambda event: event.TYPE)
    messages = {event.TYPE: _message(event) for event in {*spoken, *heard}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"liandong {spec.service}", "version": RELEASE, "description": "Events this kind of office sends and receives."},
        "defaultContentType": "application/json",
        "channels": {
            "in": {
                "address": "{direction}.{destination}.{source}",
                "description": "Packets addressed to this office: runs of chained links, each with its event envelope.",
                "parameters": _PARAMETERS,
                "messages": {event.TYPE: {"$ref": f"#/components/messages/{event.TYPE}"} for event in heard},
            },
            "out": {
                "address": "{direction}.{destination}.{source}",
                "description": "Packets from this office.",
                "parameters": _PARAMETERS,
                "messages": {event.TYPE: {"$ref": f"#/components/messages/{event.TYPE}"} for event in spoken},
            },
        },
        "operations": {
            **{_operation("receive", event): _op("receive", "in", event) for event in heard},
            **{_operation("send", event): _op("send", "out", event) for event in spoken},
        },
        "components": {"messages": dict(sorted(messages.items()))},
    }


_PARAMETERS = {
    "direction": {"enum": ["up", "dn"], "description": "Towards the parent, or towards the children."},
    "destination": {"description": "Address of the receiving office: four tokens of the tree."},
    "source": {"description": "Address of the sending office: four tokens, pinned by the servers."},
}


def _operation(verb: str, event: type[Event]) -> str:
    return f"{verb}_{event.TYPE.replace('.', '_')}"


def _op(action: str, channel: str, event: type[Event]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "title": event.TYPE,
        "messages": [{"$ref": f"#/channels/{channel}/messages/{event.TYPE}"}],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    summary = (event.__doc__ or "").strip().splitlines()
    return {
        "name": event.TYPE,
        "title": event.TITLE or event.TYPE,
        "summary": summary[0] if summary else "",
        "contentType": "application/json",
        "tags": [{"name": event.CLASS.value}],
        "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": {"$ref": f"../events/{event.TYPE}/schema.json"}},
    }
