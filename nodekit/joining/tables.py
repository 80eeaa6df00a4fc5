"""Offices that were introduced after the signed directory was made, and invitations this office gave."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from nodekit.db import metadata
from nodekit.delivery.tables import KEY, OFFICE, instant_column

introduction = Table(
    "introduction",
    metadata,
    Column("office", OFFICE, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("kid", KEY, nullable=False),
    Column("sig", Text, nullable=False),
    instant_column("taken_at"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("nonce", String(32), primary_key=True),
    Column("office", OFFICE, nullable=False),
    Column("entry", JSONB, nullable=False, comment="the office as offices.toml would list it"),
    instant_column("given_at"),
    instant_column("used_at", nullable=True),
)
