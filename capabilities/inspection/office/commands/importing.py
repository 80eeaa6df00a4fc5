"""Import of targets and findings: every row is checked first; nothing is entered while one row is wrong."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from capabilities.inspection import taxonomy
from capabilities.inspection.office import queries
from capabilities.inspection.office.choices import own_teams
from capabilities.inspection.office.commands.findings import register_finding
from capabilities.inspection.office.commands.targets import register_target, split_tags
from capabilities.inspection.office.errors import RowsWrong
from capabilities.inspection.office.forms.findings import FindingForm
from capabilities.inspection.office.forms.targets import TargetForm
from capabilities.inspection.office.pasted import ImportColumn, PastedRow, read_date, read_pasted, read_yes
from capabilities.inspection.vocabulary import Affiliation, Labelled, Level, OrgKind, Sector
from nodekit.errors import NodeError
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.form_errors import field_errors
from nodekit.web.ledger import Form

TARGET_COLUMNS = (
    ImportColumn("name", "党组织名称", required=True), ImportColumn("kind", "组织形式", required=True, hint="党组/党委/党工委/党总支/党支部"),
    ImportColumn("sector", "系统", required=True, hint="如:教育、卫生健康、乡镇街道"), ImportColumn("affiliation", "管理权限", required=True, hint="省管/市管/县管/乡镇(街道)管/村(社区)"),
    ImportColumn("uscc", "统一社会信用代码"), ImportColumn("place", "所在地"), ImportColumn("tags", "标签", hint="以顿号分隔"),
    ImportColumn("key_target", "重点对象", hint="是/否"), ImportColumn("in_scope", "全覆盖任务", hint="是/否,不填为是"), ImportColumn("valid_from", "设立日期", required=True),
    ImportColumn("note", "备注"),
)
FINDING_COLUMNS = (
    ImportColumn("team", "编号前缀", required=True, hint="巡察组的问题编号前缀,如:YL-01"), ImportColumn("target", "被巡察党组织", required=True),
    ImportColumn("number", "问题编号", hint="不填则自动编号"), ImportColumn("category", "问题类别", required=True, hint="二级分类,如:F2.4 财务与资产"),
    ImportColumn("title", "问题摘要", required=True), ImportColumn("statement", "问题表述", required=True), ImportColumn("deidentified", "去标识表述"),
    ImportColumn("cross_tags", "标签"), ImportColumn("amount_yuan", "涉及金额(元)"), ImportColumn("handlers", "经办人", required=True, hint="至少两人,以顿号分隔"),
)


@dataclass(frozen=True)
class Importer:
    """One kind of import: its template and how a row becomes a form and a record."""

    key: str
    title: str
    columns: tuple[ImportColumn, ...]
    permission: str
    ledger_url: str
    read: Callable[[UnitOfWork, Officer, Sequence[PastedRow]], Awaitable[list[Form | None]]]
    enter: Callable[[UnitOfWork, Officer, Any], Awaitable[Any]]


async def check_rows(uow: UnitOfWork, officer: Officer, importer: Importer, text: str) -> tuple[list[PastedRow], list[Form]]:
    """Dry run: the rows with everything wrong about them, and the forms of the good ones.

    Raises:
        NothingToImport: the text has no rows of this template.
    """
    rows = read_pasted(text, importer.columns)
    forms = await importer.read(uow, officer, rows)
    return rows, [form for form, row in zip(forms, rows, strict=True) if form is not None and not row.errors]


async def import_rows(uow: UnitOfWork, officer: Officer, importer: Importer, text: str) -> int:
    """Enter every row, or none.

    Raises:
        RowsWrong: with line numbers and sentences; the transaction is rolled back at the edge.
    """
    rows, forms = await check_rows(uow, officer, importer, text)
    good = [row for row in rows if not row.errors]
    for row, form in zip(good, forms, strict=True):
        try:
            await importer.enter(uow, officer, form)
            await uow.session.flush()
        except NodeError as refusal:
            row.errors.append(refusal.message)
    if wrong := [row for row in rows if row.errors]:
        raise RowsWrong([{"row": row.number, "errors": row.errors} for row in wrong])
    await uow.audit("inspection_office.imported", subject=importer.key, rows=len(rows))
    return len(rows)


async def _read_targets(uow: UnitOfWork, _officer: Officer, rows: Sequence[PastedRow]) -> list[Form | None]:
    known = {target.name for target in await queries.list_targets(uow)}
    forms: list[Form | None] = []
    for row in rows:
        if row.cells["name"] in known:
            row.errors.append(f"“{row.cells['name']}”已在对象库中或在本次粘贴中重复")
        known.add(row.cells["name"])
        in_scope = read_yes(row.cells["in_scope"] or "是")
        values = row.cells | {
            "kind": _code(row, OrgKind, "kind", "组织形式"), "sector": _code(row, Sector, "sector", "系统"),
            "affiliation": _code(row, Affiliation, "affiliation", "管理权限"), "valid_from": _day(row), "in_scope": in_scope,
            "key_target": _yes(row, "key_target", "重点对象"), "tags": "、".join(split_tags(row.cells["tags"])),
        }
        forms.append(_form(row, TargetForm, values, TARGET_COLUMNS))
    return forms


async def _read_findings(uow: UnitOfWork, officer: Officer, rows: Sequence[PastedRow]) -> list[Form | None]:
    allowed = {value for value, _ in await own_teams(uow, officer, None)}
    teams = {team.code: team for team in await queries.list_teams(uow) if str(team.id) in allowed}
    targets = {target.name: target.id for target in await queries.list_targets(uow, active_only=False)}
    forms: list[Form | None] = []
    for row in rows:
        team, target = teams.get(row.cells["team"]), targets.get(row.cells["target"])
        category = taxonomy.current().match(row.cells["category"])
        row.errors += [f"没有可登记问题的巡察组“{row.cells['team']}”"] if team is None else []
        row.errors += [f"对象库中没有“{row.cells['target']}”"] if target is None else []
        row.errors += [f"问题类别“{row.cells['category']}”不在现行二级分类中"] if category is None else []
        tags = split_tags(row.cells["cross_tags"])
        values: dict[str, Any] = row.cells | {
            "team": team.id if team else None, "target": target, "category": category, "handlers": split_tags(row.cells["handlers"]),
            "cross_tags": tags, "amount_yuan": row.cells["amount_yuan"].replace(",", "") or None, "level": Level.INSTANCE,
        }
        row.errors += [f"标签“{tag}”不在交叉标签中" for tag in tags if tag not in taxonomy.CROSS_TAGS]
        forms.append(_form(row, FindingForm, values, FINDING_COLUMNS))
    return forms


def _form(row: PastedRow, form: type[Form], values: dict[str, Any], columns: Sequence[ImportColumn]) -> Form | None:
    """The same checks as the form on the page; messages name the template's columns."""
    if row.errors:
        return None
    try:
        return form.model_validate(values)
    except ValidationError as error:
        titles = {column.key: column.title for column in columns}
        wrong = field_errors(error.errors(include_url=False, include_input=False))
        row.errors += [f"“{titles.get(entry['path'].partition('.')[0], entry['path'])}”{entry['message']}" for entry in wrong]
        return None


def _code(row: PastedRow, kind: type[Labelled], key: str, title: str) -> str | None:
    member = kind.match(row.cells[key])
    if member is None and row.cells[key]:
        row.errors.append(f"“{title}”应为:{'、'.join(each.label for each in kind)}")
    return member


def _day(row: PastedRow) -> object:
    day = read_date(row.cells["valid_from"])
    if day is None and row.cells["valid_from"]:
        row.errors.append("“设立日期”应为日期,如 2021-09-01")
    return day


def _yes(row: PastedRow, key: str, title: str) -> bool:
    answer = read_yes(row.cells[key])
    if answer is None:
        row.errors.append(f"“{title}”应填是或否")
    return bool(answer)


IMPORTERS = {
    "targets": Importer("targets", "导入巡察对象", TARGET_COLUMNS, "inspection.manage_targets", "/inspection/targets", _read_targets, register_target),
    "findings": Importer("findings", "导入问题", FINDING_COLUMNS, "inspection.register_finding", "/inspection/findings", _read_findings, register_finding),
}
