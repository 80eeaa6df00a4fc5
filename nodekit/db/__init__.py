"""PostgreSQL: one schema per slice, one engine per node, metadata of nodekit's own tables."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(schema="nodekit", naming_convention=NAMING)
"""Tables of the runtime itself."""


class NodekitBase(DeclarativeBase):
    """Declarative base for nodekit's own tables."""

    metadata = metadata


def slice_metadata(schema: str) -> MetaData:
    """Metadata for one slice, used as `class Base(DeclarativeBase): metadata = slice_metadata("clue_transfer_issuer")`.

    All its tables live in that PostgreSQL schema; no foreign key may leave it, other slices' tables are not read.
    """
    return MetaData(schema=schema, naming_convention=NAMING)

