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


def slice_base(schema: str) -> type[DeclarativeBase]:
    """Declarative base for one slice: all its tables live in the PostgreSQL schema `schema`.

    No foreign key may leave the schema; other slices' tables are not read.
    """

    class Base(DeclarativeBase):
        metadata = MetaData(schema=schema, naming_convention=NAMING)

    return Base
