"""The list of offices. Parents are data: no rule here reads the digits of a code.

Never: keys (see keys.py and pins.py), liveness, or anything an office did not have declared.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodekit.peers.errors import BadOfficeList, UnknownOffice
from shared_schemas.offices import OfficeKind, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Office:
    """One office of the federation. `parent` is its hub on the bus; `superior` the office it answers to in its own line."""

    id: str
    name: str
    short_name: str
    tier: Tier
    kind: OfficeKind
    division: str
    parent: str | None
    superior: str | None

    @property
    def is_inspection(self) -> bool:
        return self.kind is OfficeKind.INSPECTION


class Directory:
    """All offices by id, in the order of the file.

    Raises:
        BadOfficeList: at construction, for a duplicate, an unknown parent or superior, or a circle.
    """

    def __init__(self, offices: Iterable[Office]) -> None:
        self._offices: dict[str, Office] = {}
        for office in offices:
            if office.id in self._offices:
                raise BadOfficeList(f"{office.id} 重复")
            self._offices[office.id] = office
        self._check()

    @classmethod
    def load(cls, path: Path) -> Directory:
        """Read offices.toml: one `[[office]]` table per office."""
        with path.open("rb") as file:
            document = tomllib.load(file)
        return cls(office_of(row) for row in document.get("office", []))

    def office(self, office_id: str) -> Office:
        """The office with this id.

        Raises:
            UnknownOffice: not in the list.
        """
        try:
            return self._offices[office_id]
        except KeyError:
            raise UnknownOffice(office_id) from None

    def __contains__(self, office_id: object) -> bool:
        return office_id in self._offices

    def include(self, office: Office) -> None:
        """Add an office that was introduced after the file was written (nodekit/joining). Known ones stay as they are."""
        self._offices.setdefault(office.id, office)

    def name(self, office_id: str) -> str:
        """Chinese name for pages; the id itself when the office is unknown (old records outlive offices)."""
        known = self._offices.get(office_id)
        return known.name if known else office_id

    def short_name(self, office_id: str) -> str:
        known = self._offices.get(office_id)
        return known.short_name if known else office_id

    def all(self) -> tuple[Office, ...]:
        return tuple(self._offices.values())

    def children(self, office_id: str) -> tuple[Office, ...]:
        """Inspection offices directly below this one."""
        return tuple(o for o in self._offices.values() if o.parent == office_id and o.is_inspection)

    def desks(self, inspection_office_id: str) -> tuple[Office, ...]:
        """Discipline, organization and department desks beside an inspection office."""
        return tuple(o for o in self._offices.values() if o.parent == inspection_office_id and not o.is_inspection)

    def desk(self, inspection_office_id: str, kind: OfficeKind) -> Office | None:
        """The first desk of a kind beside an inspection office, if there is one."""
        return next((o for o in self.desks(inspection_office_id) if o.kind is kind), None)

    def inspection_of(self, office_id: str) -> Office:
        """The inspection office a desk sits beside; an inspection office itself."""
        office = self.office(office_id)
        return office if office.is_inspection or office.parent is None else self.office(office.parent)

    def parent_inspection(self, office_id: str) -> Office | None:
        """The superior inspection office: for a desk, the superior of the office beside it."""
        parent = self.inspection_of(office_id).parent
        return self.office(parent) if parent else None

    def superior(self, office_id: str) -> Office | None:
        """The superior office in its own line: a city's discipline desk for a county's."""
        superior = self.office(office_id).superior
        return self.office(superior) if superior else None

    def descendants(self, office_id: str) -> tuple[Office, ...]:
        """Inspection offices below this one at any depth, nearest first."""
        found: list[Office] = []
        waiting = list(self.children(office_id))
        while waiting:
            found.extend(waiting)
            waiting = [child for office in waiting for child in self.children(office.id)]
        return tuple(found)

    def _check(self) -> None:
        for office in self._offices.values():
            for word, link in (("上级节点", office.parent), ("上级单位", office.superior)):
                if link is not None and link not in self._offices:
                    raise BadOfficeList(f"{office.id} 的{word} {link} 不在名录中")
            _refuse_circle(office, self._offices)


def _refuse_circle(start: Office, offices: Mapping[str, Office]) -> None:
    seen, here = {start.id}, start.parent
    while here is not None:
        if here in seen:
            raise BadOfficeList(f"{start.id} 的上级关系成环")
        seen.add(here)
        here = offices[here].parent


def office_of(row: Mapping[str, Any]) -> Office:
    """One entry of the file as an Office.

    Raises:
        BadOfficeList: a field is missing or wrong.
    """
    try:
        office_id, parent = row["id"], row.get("parent") or None
        kind = OfficeKind.of(office_id)
        superior = row.get("superior") or (parent if kind is OfficeKind.INSPECTION else None)
        return Office(
            id=office_id,
            name=row["name"],
            short_name=row.get("short_name") or row["name"],
            tier=Tier(row["tier"]),
            kind=kind,
            division=row.get("division") or office_id[:6],
            parent=parent,
            superior=superior,
        )
    except (KeyError, ValueError) as error:
        raise BadOfficeList(f"{row.get('id', '(无代码)')}:{error}") from error
