"""Imported once by the fork server, before any node is forked. Imports only: no thread, no loop, no connection."""

import gc
import importlib
import importlib.util

SERVICES = ("county", "city", "province", "discipline_commission", "organization_department", "department")

import nodekit.cli  # noqa: E402, F401

for service in SERVICES:
    if importlib.util.find_spec(f"services.{service}"):
        importlib.import_module(f"services.{service}.app")

gc.collect()
gc.freeze()  # what is loaded now is never collected: pages stay shared between the nodes
