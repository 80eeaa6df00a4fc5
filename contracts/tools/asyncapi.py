"""An AsyncAPI 3 document per service: what it receives and what it says, and to whom the bus carries it."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path
from typing import Any

from nodekit.app import RELEASE
from nodekit.spec import NodeSpec, Slice
from shared_schemas.event import Event, every_event_type


def spoken_by(part: Slice) -> list[type[Event]]:
    """Event types that a slice constructs in its own code."""
    by_name = {event.__name__: event for event in every_event_type().values()}
    called = {
        name
        for file in sorted(Path(str(files(part.package))).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (name := _called_name(node.func)) in by_name
    }
    return sorted((by_name[name] for name in called), key=lambda event: event.TYPE)


def _called_name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute):
        return function.attr
    return ""


def heard_by(spec: NodeSpec) -> list[type[Event]]:
    """Event types for which a service has a handler."""
    handlers = [handler for part in spec.slices if part.handlers for handler in part.handlers.all]
    handlers += [handler for policy in spec.policies for handler in policy.all]
    return sorted({handler.event for handler in handlers}, key=lambda event: event.TYPE)


def asyncapi_document(spec: NodeSpec) -> dict[str, Any]:
    """AsyncAPI 3.0 of one service. Channels are office pairs; messages refer to the event schemas beside this file."""
    spoken = sorted({event for part in spec.slices for event in spoken_by(part)}, key=lambda event: event.TYPE)
    heard = heard_by(spec)
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
