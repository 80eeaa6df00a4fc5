"""Reading a table of published figures: pasted, .csv or .xlsx. Every row is checked against the division table and the catalogue; nothing is stored here."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from python_calamine import CalamineError, CalamineWorkbook

from capabilities.indicators import catalogue
from capabilities.indicators.published.errors import NothingToImport
from capabilities.indicators.published_rules import COLUMNS, REQUIRED, TITLES, figure_key
from nodekit.peers.directory import Directory
from nodekit.peers.divisions import division
from nodekit.peers.errors import UnknownDivision
from nodekit.web.hostile import holds_hostile
from shared_schemas.figures import PeriodKind, Scope
from shared_schemas.offices import Tier

CHARS_MAX = {"source": 40, "region": 40, "dimension": 60, "unit": 12, "period": 60}
VALUE_MAX = Decimal(10) ** 13
PRECISIONS = {"exact": "exact", "准确": "exact", "approximate": "approximate", "约": "approximate", "约数": "approximate", "at_least": "at_least", "至少": "at_least", "余": "at_least"}
SCOPES = {str(scope): str(scope) for scope in Scope} | {"本级": "own", "下级合计": "subordinate", "本级和下级合计": "own_and_subordinate", "三级联合": "joint_three_tiers"}
KINDS = {str(kind): str(kind) for kind in PeriodKind} | {
    "本届以来": "term_to_date", "届": "term", "轮次": "round", "批次": "batch", "年度": "year", "以来": "since", "截至": "as_of", "未说明": "unstated",
}


@dataclass(frozen=True)
class ReadFigure:
    """A row that may be entered."""

    source: str
    region_code: str
    region: str
    scope: str
    indicator: str
    dimension: str
    value: Decimal
    unit: str
    precision: str
    period_kind: str
    period: str

    @property
    def key(self) -> str:
        return figure_key(self.source, self.region_code, self.scope, self.indicator, self.dimension, self.unit, self.period_kind, self.period)


@dataclass
class TableRow:
    """One line as it came; `number` is its line, head line included, as the officer counts."""

    number: int
    cells: dict[str, str]
    errors: list[dict[str, str]] = field(default_factory=list)
    figure: ReadFigure | None = None
    outcome: str = ""
    """What entering it would do: 新增, 更正, 未变."""

    def wrong(self, column: str, sentence: str) -> None:
        self.errors.append({"column": TITLES[column], "message": sentence})


def read_table(text: str, directory: Directory, rows_max: int) -> list[TableRow]:
    """Rows below the head line, each checked.

    Raises:
        NothingToImport: no head line with the required titles, no rows, or too many.
    """
    body = text.strip("\ufeff\r\n ")
    first = body.partition("\n")[0]
    lines = list(csv.reader(io.StringIO(body), delimiter="\t" if "\t" in first else ","))
    head = [cell.strip().strip("*").strip() for cell in lines[0]] if lines else []
    places = {column: head.index(name) for column in COLUMNS for name in (column, TITLES[column]) if name in head}
    missing = [TITLES[column] for column in COLUMNS if column in REQUIRED and column not in places]
    if missing:
        raise NothingToImport(f"表头缺少{'、'.join(missing)}")
    filled = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    if not filled:
        raise NothingToImport("表头下面没有数据行")
    if len(filled) > rows_max:
        raise NothingToImport(f"一次最多{rows_max}行,现有{len(filled)}行")
    rows = [TableRow(number, {column: line[place].strip() if place < len(line) else "" for column, place in places.items()}) for number, line in filled]
    seen: dict[str, int] = {}
    for row in rows:
        _check(row, directory)
        if row.figure is not None and (before := seen.setdefault(row.figure.key, row.number)) != row.number:
            row.wrong("indicator", f"与第{before}行是同一项数据,请删去一行或用“分项”区分")
    return rows


def from_file(name: str, content: bytes) -> str:
    """The first sheet of an .xlsx, or a .csv in UTF-8 or GB18030, as text.

    Raises:
        NothingToImport: not a table we can read.
    """
    if name.lower().endswith(".xlsx"):
        try:
            rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=True)
        except (CalamineError, ValueError, IndexError, OSError):
            raise NothingToImport("文件不是可读取的 .xlsx 表格") from None
        out = io.StringIO()
        csv.writer(out, delimiter="\t", lineterminator="\n").writerows([[_text(value) for value in row] for row in rows])
        return out.getvalue()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NothingToImport("文件编码无法识别,请另存为 UTF-8 的 .csv")


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _check(row: TableRow, directory: Directory) -> None:
    """All that is wrong with a row, column by column; the figure when nothing is."""
    cells = {column: row.cells.get(column, "") for column in COLUMNS}
    for column in COLUMNS:
        if column in REQUIRED and not cells[column]:
            row.wrong(column, "不能为空,请填写")
        elif len(cells[column]) > CHARS_MAX.get(column, 60):
            row.wrong(column, f"过长,请控制在{CHARS_MAX.get(column, 60)}个字以内")
        elif holds_hostile(cells[column]):
            row.wrong(column, "含有不可见的控制字符,请删除后重新填写")
    if row.errors:
        return
    entry = catalogue.by_name(cells["indicator"])
    if entry is None:
        row.wrong("indicator", f"“{cells['indicator']}”不在指标目录中,请按目录填写代码或名称")
    elif cells["unit"] not in entry.units:
        row.wrong("unit", f"“{entry.name}”的单位应为{'、'.join(entry.units)}")
    words = {name: _word(row, name, table, cells[name]) for name, table in (("scope", SCOPES), ("precision", PRECISIONS), ("period_kind", KINDS))}
    value = _number(row, cells["value"])
    _check_region(row, directory, cells["region_code"], cells["region"], words["scope"])
    if words["period_kind"] not in {"unstated", ""} and not cells["period"]:
        row.wrong("period", "请填写时期,如 2023、十五届1-4轮;来源未说明的,时期类型填 unstated")
    if not row.errors and entry is not None and value is not None:
        row.figure = ReadFigure(
            cells["source"], cells["region_code"], cells["region"], words["scope"], entry.code, cells["dimension"], value, cells["unit"], words["precision"],
            words["period_kind"], cells["period"],
        )


def _word(row: TableRow, column: str, table: dict[str, str], text: str) -> str:
    known = table.get(text)
    if known is None:
        row.wrong(column, f"应为:{'、'.join(table)}")
    return known or ""


def _number(row: TableRow, text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "").replace(",", ""))
    except InvalidOperation:
        row.wrong("value", "应为数字;“1.8万”请填 18000、精度填 approximate,“120余”请填 120、精度填 at_least")
        return None
    if not value.is_finite() or not 0 <= value < VALUE_MAX or value != round(value, 4):
        row.wrong("value", "应为不小于零的数字,小数不超过四位")
        return None
    return value


def _check_region(row: TableRow, directory: Directory, code: str, name: str, scope: str) -> None:
    """Code, name and tier must agree with the division table; demo regions with the directory."""
    known_name, tier = _region(directory, code)
    if tier is None:
        row.wrong("region_code", f"行政区划表中没有代码 {code}")
    elif name != known_name:
        row.wrong("region", f"代码 {code} 对应“{known_name}”,请核对")
    elif tier is Tier.COUNTY and scope in {Scope.SUBORDINATE, Scope.OWN_AND_SUBORDINATE}:
        row.wrong("scope", "县级没有下级巡察机构,口径应为本级")


def _region(directory: Directory, code: str) -> tuple[str, Tier | None]:
    try:
        found = division(code)
    except UnknownDivision:
        office = next((each for each in directory.all() if each.division == code and each.is_inspection), None)
        return (office.name, office.tier) if office else ("", None)
    return found.name, found.tier


def failures(rows: Sequence[TableRow]) -> list[dict[str, object]]:
    return [{"row": row.number, "errors": row.errors} for row in rows if row.errors]
