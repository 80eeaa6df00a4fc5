"""The tree of offices, read from offices.toml and checked. Pure: a file in, values out.

The parent of an office is data, never the prefix of its code: 118 counties answer to a province directly, and zones have codes of
other cities. A desk hangs on the bus under the inspection office beside it; its professional superior is another matter (`superior`).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodekit.errors import NodeError
from shared_schemas.subjects import NONE, Address

INSPECTION = "inspection"
RANK = {"province": 0, "city": 1, "county": 2}
DIVISION = re.compile(r"[0-9A-Z]{6}(-K[0-9]{2})?")
KIND = re.compile(r"inspection|discipline|organization|sector-[a-z0-9]+(-[a-z0-9]+)*")
FIELDS = {"id", "name", "tier", "kind", "division", "parent", "superior"}


class TopologyInvalid(NodeError):
    """offices.toml cannot be used; the sentence names the office and the fix."""

    code = "bus.topology_invalid"


@dataclass(frozen=True, slots=True)
class Office:
    """One entry of offices.toml. `parent` is the next hop on the bus, `superior` the same kind of desk one tier up."""

    id: str
    name: str
    tier: str
    kind: str
    division: str
    parent: str | None
    superior: str | None
    address: Address

    @property
    def is_inspection(self) -> bool:
        return self.kind == INSPECTION

    @property
    def reach(self) -> str:
        """Address pattern of everything reached through this office's server."""
        return f"{self.address.area}.*" if self.is_inspection else str(self.address)


class Topology:
    """All offices of one federation. Immutable; a changed tree is a new Topology."""

    def __init__(self, offices: Iterable[Office]) -> None:
        self._offices = {office.id: office for office in offices}

    @classmethod
    def load(cls, path: Path | str) -> "Topology":
        """Read and check offices.toml.

        Raises:
            TopologyInvalid: with a sentence that names the entry and what to change.
        """
        try:
            document = tomllib.loads(Path(path).read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise TopologyInvalid(f"机构清单 {path} 不是有效的 TOML:{error}。", hint="请按该行列号修改。") from error
        return cls.from_records(document.get("office", []))

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]]) -> "Topology":
        """Build from plain mappings with the keys of offices.toml."""
        entries: dict[str, Mapping[str, Any]] = {}
        for record in records:
            _check_entry(record)
            if record["id"] in entries:
                raise TopologyInvalid(f"机构 {record['id']} 登记了两次。", hint="请删去其中一条。")
            entries[record["id"]] = record
        _check_tree(entries)
        return cls(_office(record, entries) for record in entries.values())

    def __iter__(self) -> Iterator[Office]:
        return iter(self._offices.values())

    def __len__(self) -> int:
        return len(self._offices)

    def __contains__(self, office_id: object) -> bool:
        return office_id in self._offices

    def office(self, office_id: str) -> Office:
        try:
            return self._offices[office_id]
        except KeyError:
            raise TopologyInvalid(f"机构清单中没有 {office_id}。", hint="请核对编号,或先在 offices.toml 中登记。") from None

    def parent(self, office_id: str) -> Office | None:
        parent = self.office(office_id).parent
        return self._offices[parent] if parent else None

    def children(self, office_id: str) -> list[Office]:
        return [office for office in self if office.parent == office_id]

    def ancestors(self, office_id: str) -> list[Office]:
        """Nearest first."""
        found, office = [], self.parent(office_id)
        while office:
            found.append(office)
            office = self.parent(office.id)
        return found

    def subtree(self, office_id: str) -> list[Office]:
        """The office itself and everything under it."""
        found = [self.office(office_id)]
        for child in self.children(office_id):
            found += self.subtree(child.id)
        return found


def _check_entry(record: Mapping[str, Any]) -> None:
    office_id = record.get("id", "?")
    missing = FIELDS - {"parent", "superior"} - record.keys()
    if missing:
        raise TopologyInvalid(f"机构 {office_id} 缺少字段 {'、'.join(sorted(missing))}。", hint="请补齐。")
    if unknown := record.keys() - FIELDS:
        raise TopologyInvalid(f"机构 {office_id} 有不认识的字段 {'、'.join(sorted(unknown))}。", hint="请删去或改正拼写。")
    if record["tier"] not in RANK:
        raise TopologyInvalid(f"机构 {office_id} 的层级 {record['tier']!r} 无效。", hint="层级应为 province、city 或 county。")
    if not KIND.fullmatch(record["kind"]) or not DIVISION.fullmatch(record["division"]):
        raise TopologyInvalid(f"机构 {office_id} 的类别或区划代码无效。", hint="类别如 inspection、sector-finance;区划代码为六位。")
    if office_id != f"{record['division']}-{record['kind']}":
        raise TopologyInvalid(f"机构编号 {office_id} 与区划、类别不符。", hint=f"应为 {record['division']}-{record['kind']}。")


def _check_tree(entries: Mapping[str, Mapping[str, Any]]) -> None:
    for office_id, record in entries.items():
        for field in ("parent", "superior"):
            other = record.get(field)
            if other is not None and other not in entries:
                raise TopologyInvalid(f"机构 {office_id} 的 {field} {other} 不在清单中。", hint="请先登记该机构,或改正编号。")
    for office_id in entries:
        _check_no_cycle(office_id, entries)
    for office_id, record in entries.items():
        _check_parent(office_id, record, entries)


def _check_no_cycle(office_id: str, entries: Mapping[str, Mapping[str, Any]]) -> None:
    seen: list[str] = []
    current: str | None = office_id
    while current is not None:
        if current in seen:
            raise TopologyInvalid(f"机构隶属关系成环:{' → '.join([*seen, current])}。", hint="请改正其中一个 parent。")
        seen.append(current)
        current = entries[current].get("parent")


def _check_parent(office_id: str, record: Mapping[str, Any], entries: Mapping[str, Mapping[str, Any]]) -> None:
    parent = entries.get(record.get("parent") or "")
    if record["kind"] != INSPECTION:
        if parent is None or parent["kind"] != INSPECTION or parent["division"] != record["division"]:
            raise TopologyInvalid(f"{office_id} 应挂在同级巡视巡察办之下。", hint=f"parent 应为 {record['division']}-{INSPECTION}。")
        superior = entries.get(record.get("superior") or "")
        if superior and (superior["kind"] != record["kind"] or RANK[superior["tier"]] >= RANK[record["tier"]]):
            raise TopologyInvalid(f"{office_id} 的上级 {superior['id']} 类别不同或层级不高于本级。", hint="请改正 superior。")
        return
    if (parent is None) != (record["tier"] == "province"):
        raise TopologyInvalid(f"{office_id} 的 parent 有误:省级没有上级节点,市县必须有。", hint="请补上或删去 parent。")
    if parent and (parent["kind"] != INSPECTION or RANK[parent["tier"]] >= RANK[record["tier"]]):
        raise TopologyInvalid(f"{office_id} 的 parent {parent['id']} 不是上级巡视巡察办。", hint="请改正 parent。")


def _office(record: Mapping[str, Any], entries: Mapping[str, Mapping[str, Any]]) -> Office:
    levels = {"province": NONE, "city": NONE, "county": NONE}
    current: Mapping[str, Any] | None = record
    while current is not None:
        levels[current["tier"]] = current["division"]
        current = entries.get(current.get("parent") or "")
    return Office(
        id=record["id"],
        name=record["name"],
        tier=record["tier"],
        kind=record["kind"],
        division=record["division"],
        parent=record.get("parent"),
        superior=record.get("superior"),
        address=Address(levels["province"], levels["city"], levels["county"], record["kind"]),
    )
