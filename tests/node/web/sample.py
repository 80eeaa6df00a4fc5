"""A capability made up for tests of the component kit: matters are noted, handled, closed or returned.

`python -m tests.node.web.sample` serves it with rows to look at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import Field, model_validator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nodekit.db import slice_metadata
from nodekit.db.record import Record
from nodekit.errors import NodeError
from nodekit.identity.officer import Officer
from nodekit.identity.session import CurrentOfficer
from nodekit.spec import MenuEntry, NodeSpec, Permission, Slice, Todo
from nodekit.unit_of_work import UnitOfWork
from nodekit.web import render
from nodekit.web.edge import ReadUow
from nodekit.web.ledger import Action, Choice, Column, Fact, Filter, Form, Ledger, Related, Tab
from shared_schemas.offices import OfficeKind, Tier
from shared_schemas.states import State, StateMachine, Tone


class Base(DeclarativeBase):
    """Tables of the sample."""

    metadata = slice_metadata("sample_desk")


HANDLERS = frozenset({"office_director", "office_clerk"})
MATTERS = StateMachine(
    "sample", "noted",
    {
        "noted": State("待办理", Tone.GREY), "handling": State("办理中", Tone.BLUE), "answered": State("待验收", Tone.AMBER),
        "closed": State("已销号", Tone.GREEN, final=True), "returned": State("已退回", Tone.RED),
    },
    {"noted": ("handling", "returned"), "handling": ("answered",), "answered": ("closed", "handling"), "returned": ("noted",)},
)


class Weight(StrEnum):
    ORDINARY = "ordinary"
    GRAVE = "grave"

    @property
    def label(self) -> str:
        return {"ordinary": "一般", "grave": "重大"}[self.value]


class Matter(Record, Base):
    """One made-up matter."""

    __tablename__ = "matter"

    serial: Mapped[str] = mapped_column(sa.String(40), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    category: Mapped[str] = mapped_column(sa.String(20))
    weight: Mapped[str] = mapped_column(sa.String(20))
    office: Mapped[str] = mapped_column(sa.String(60))
    due_on: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 2))
    share: Mapped[int]
    secret_from: Mapped[str] = mapped_column(sa.String(40))
    """Username of the officer who must not know of it."""
    remark: Mapped[str] = mapped_column(sa.Text)


class Measure(Form):
    """One row of the form's table."""

    what: str = Field(title="整改措施", max_length=80)
    who: Literal["finance", "office"] = Field(title="责任单位", json_schema_extra={"labels": {"finance": "财务股", "office": "办公室"}})
    until: date = Field(title="完成时限")


class NewMatter(Form):
    """登记事项."""

    serial: str = Field(title="编号", max_length=40, pattern=r"^[A-Z]{2}-\d{2}-\d{3}$", description="两位字母-轮次-序号,如 YL-01-003")
    title: str = Field(title="问题表述", min_length=4, max_length=200, description="写清时间、地点、金额,不写人名")
    category: str = Field(title="问题类别", max_length=20)
    weight: Weight = Field(title="程度", default=Weight.ORDINARY, json_schema_extra={"widget": "radio"})
    due_on: date | None = Field(title="整改期限", default=None, description="不填则按期限规则计算")
    amount: Decimal | None = Field(title="涉及金额", default=None, ge=0, max_digits=12, decimal_places=2, json_schema_extra={"unit": "万元"})
    households: int | None = Field(title="涉及户数", default=None, ge=0, le=100000, json_schema_extra={"unit": "户"})
    joint: bool = Field(title="需要多部门联合整改", default=False)
    tags: list[Literal["livelihood", "principal", "ecology"]] = Field(
        title="专题标记", default_factory=list, json_schema_extra={"labels": {"livelihood": "民生", "principal": "一把手", "ecology": "生态环保"}}
    )
    remark: str = Field(title="情况说明", default="", max_length=2000)
    measures: list[Measure] = Field(title="整改措施清单", default_factory=list, max_length=20, description="空行不计")

    @model_validator(mode="after")
    def _grave_needs_date(self) -> NewMatter:
        if self.weight is Weight.GRAVE and self.due_on is None:
            raise ValueError("重大问题必须填写整改期限")
        return self


class Answer(Form):
    """办理结果."""

    result: str = Field(title="办理结果", min_length=2, max_length=500)
    share: int = Field(title="完成进度", ge=0, le=100, json_schema_extra={"unit": "%"})


class Reason(Form):
    """退回."""

    reason: str = Field(title="退回原因", min_length=2, max_length=300)


class TooEarly(NodeError):
    """A made-up refusal."""

    code = "sample.too_early"

    def __init__(self) -> None:
        super().__init__("办理结果过于简单,不能提交。", hint="请补充办理经过后再提交。")


async def note(uow: UnitOfWork, officer: Officer, form: NewMatter) -> Matter:
    matter = Matter(
        id=uow.new_id(), status="noted", version=0, created_at=uow.now, updated_at=uow.now, serial=form.serial, title=form.title,
        category=form.category, weight=form.weight.value, office=uow.office, due_on=form.due_on, amount=form.amount, share=0,
        secret_from="", remark=form.remark,
    )
    uow.session.add(matter)
    await uow.log(matter, "noted", "登记", note=f"措施 {len(form.measures)} 项" if form.measures else "")
    return matter


async def start(uow: UnitOfWork, officer: Officer, record_id: UUID) -> Matter:
    matter = await uow.session.get_one(Matter, record_id)
    await uow.move(matter, MATTERS, "handling", "开始办理")
    return matter


async def answer(uow: UnitOfWork, officer: Officer, record_id: UUID, form: Answer) -> Matter:
    matter = await uow.session.get_one(Matter, record_id)
    matter.share = form.share
    await uow.move(matter, MATTERS, "answered", "提交办理结果", note=form.result)
    if form.result == "已办":
        uow.notes.append("不应看到")
        raise TooEarly
    return matter


async def close(uow: UnitOfWork, officer: Officer, record_id: UUID, form: None) -> Matter:
    matter = await uow.session.get_one(Matter, record_id)
    await uow.move(matter, MATTERS, "closed", "销号")
    return matter


async def give_back(uow: UnitOfWork, officer: Officer, record_id: UUID, form: Reason) -> Matter:
    matter = await uow.session.get_one(Matter, record_id)
    await uow.move(matter, MATTERS, "returned", "退回", note=form.reason)
    return matter


async def categories(uow: UnitOfWork, officer: Officer | None = None, record: Matter | None = None) -> Sequence[Choice]:
    return (("F2.1", "惠民补贴发放"), ("F2.3", "工程项目与采购"), ("F2.4", "财务与资产"), ("F3.2", "选人用人"))


async def all_categories(uow: UnitOfWork) -> Sequence[Choice]:
    return await categories(uow)


async def siblings(uow: UnitOfWork, officer: Officer, row: Matter) -> Sequence[Any]:
    same = sa.select(Matter).where(Matter.category == row.category, Matter.id != row.id, Matter.secret_from != officer.username)
    return (await uow.session.scalars(same.order_by(Matter.serial).limit(5))).all()


async def count_open(uow: UnitOfWork, officer: Officer) -> int:
    return await uow.session.scalar(sa.select(sa.func.count()).select_from(Matter).where(Matter.status == "noted")) or 0


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    rows = (await uow.session.scalars(sa.select(Matter).where(Matter.status == "answered").limit(20))).all()
    return [Todo(row.title, LEDGER.record_url(row.id), "待审批", row.due_on) for row in rows]


def marks(row: Matter, uow: UnitOfWork) -> list[tuple[str, Tone]]:
    return [("重大", Tone.RED)] if row.weight == "grave" else []


def light(row: Matter, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=row.status == "closed")


def category_label(row: Matter, uow: UnitOfWork) -> str:
    return {"F2.1": "惠民补贴发放", "F2.3": "工程项目与采购", "F2.4": "财务与资产", "F3.2": "选人用人"}.get(row.category, row.category)


LEDGER = Ledger(
    capability="sample", key="open_matters", title="问题整改台账", model=Matter, machine=MATTERS, permission="sample.read",
    help="登记巡察发现的问题,跟踪办理进展;点击编号查看办理记录。",
    columns=(
        Column("serial", "编号", "link"), Column("title", "问题表述", wide=True), Column("marks", "标记", "tags", marks),
        Column("category", "类别", value=category_label), Column("office", "责任单位", "office"), Column("due_on", "整改期限", "date"),
        Column("light", "期限", "light", light), Column("share", "进度", "progress"), Column("status", "状态", "status"),
        Column("amount", "金额", "number", lambda row, uow: (row.amount, "万元"), hidden=True), Column("remark", "说明", "note", hidden=True),
    ),
    filters=(
        Filter("q", "关键字", "text", ("serial", "title")), Filter("category", "类别", "choice", ("category",), all_categories),
        Filter("status", "状态", "choice", ("status",), tuple(MATTERS.labels.items())), Filter("due", "整改期限", "date_range", ("due_on",)),
        Filter("created", "登记时间", "date_range", ("created_at",)),
    ),
    tabs=(
        Tab("waiting", "待办理", lambda m: m.status == "noted"), Tab("handling", "办理中", lambda m: m.status == "handling"),
        Tab("answered", "待验收", lambda m: m.status == "answered"), Tab("closed", "已销号", lambda m: m.status == "closed"),
    ),
    create=Action("create", "登记问题", note, "sample.handle", NewMatter, choices={"category": categories}, tone="primary", done="已登记。"),
    actions=(
        Action("start", "开始办理", start, "sample.handle", states=frozenset({"noted"}), tone="primary", done="已开始办理。"),
        Action("answer", "提交结果", answer, "sample.handle", Answer, states=frozenset({"handling"}), tone="primary", raises=(TooEarly,), done="已提交。"),
        Action("close", "销号", close, "sample.close", states=frozenset({"answered"}), tone="primary", confirm="销号后不能恢复,确认销号?", done="已销号。"),
        Action("give_back", "退回", give_back, "sample.handle", Reason, states=frozenset({"noted"}), tone="danger", done="已退回。"),
    ),
    facts=(
        Fact("serial", "编号"), Fact("category", "类别", value=category_label), Fact("office", "责任单位", "office"), Fact("due_on", "整改期限", "date"),
        Fact("light", "期限", "light", light), Fact("amount", "涉及金额", "number", lambda row, uow: (row.amount, "万元")),
        Fact("marks", "标记", "tags", marks), Fact("title", "问题表述", "long"), Fact("remark", "情况说明", "long"),
    ),
    related=(Related("同类问题", (Column("serial", "编号"), Column("title", "问题表述", wide=True), Column("status", "状态", "status")), siblings,
                     link=lambda row: LEDGER.record_url(row.id), empty="没有同类问题。"),),
    name=lambda row: f"{row.serial} {row.title[:24]}", scope=lambda select, officer, uow: select.where(Matter.secret_from != officer.username),
    process=("noted", "handling", "answered", "closed"),
)
router = APIRouter(include_in_schema=False)


@router.get("/sample/board")
async def board(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """Figures and charts, drawn from options without functions."""
    counties = ["样例县", "范例县", "试点区"]
    bars = {
        "legend": {}, "xAxis": {"type": "category", "data": counties}, "yAxis": {"type": "value"},
        "series": [{"name": name, "type": "bar", "stack": "all", "data": data} for name, data in (("已销号", [5, 8, 10]), ("整改中", [10, 17, 15]), ("超期", [0, 1, 2]))],
    }
    ring = {"legend": {"bottom": 0}, "series": [{"type": "pie", "radius": ["48%", "70%"], "data": [{"name": "初步核实", "value": 12}, {"name": "了结", "value": 5}]}]}
    heat = {
        "xAxis": {"type": "category", "data": counties}, "yAxis": {"type": "category", "data": ["财务资产", "工程采购"]},
        "visualMap": {"min": 0, "max": 9, "show": False, "inRange": {"color": ["#eaf1fe", "#0b4fd0"]}},
        "series": [{"type": "heatmap", "label": {"show": True}, "data": [[0, 0, 2], [1, 0, 9], [2, 0, 3], [0, 1, 1], [1, 1, 4], [2, 1, 6]]}],
    }
    return await render(request, uow, "sample.desk/board.html", bars=bars, ring=ring, heat=heat)


SLICE = Slice(
    "sample.desk", "问题整改", "tests.node.web", ledgers=(LEDGER,), routers=(router,), todos=(todos,),
    permissions=(Permission("sample.read", "查看问题", HANDLERS), Permission("sample.handle", "办理问题", HANDLERS),
                 Permission("sample.close", "销号", frozenset({"office_director"}))),
    menu=(MenuEntry("整改督办", "问题整改台账", LEDGER.url, "list-check", "sample.read", count_open),),
)
SPEC = NodeSpec("sample", OfficeKind.INSPECTION, (Tier.COUNTY,), (SLICE,), home=LEDGER.url)
OFFICE = "990121-inspection"
TITLES = (
    "2023年度公益林补贴到账后滞留镇财政专户4个月,涉及上河村等3村61户", "账面资产与实物不符,17台设备未入账,处置未报批",
    "下坪村道路硬化拆分为3个标段规避招标,合计38.6万元", "抽查18次会议,5次大额支出未经集体研究", "水稻保险承保面积与种植台账相差420亩,未核查",
    "柳湾社区5份门面合同到期未续签仍在使用,少收租金2.4万元", "8笔公务接待无公函,计1.2万元", "公益岗位人员与村干部近亲属重合6人",
)


def rows(count: int, uow: UnitOfWork) -> list[Matter]:
    """Rows that look like work."""
    states = list(MATTERS.states)
    kinds = ("F2.1", "F2.4", "F2.3", "F3.2")
    return [
        Matter(
            id=uow.new_id(), status=states[n % 5], version=1, created_at=uow.now - timedelta(days=n), updated_at=uow.now, serial=f"YL-{n // 1000 + 1:02d}-{n % 1000:03d}",
            title=TITLES[n % len(TITLES)], category=kinds[n % 4], weight="grave" if n % 7 == 0 else "ordinary", office=OFFICE if n % 3 else "990122-inspection",
            due_on=uow.today + timedelta(days=(n * 7) % 60 - 8) if n % 9 else None, amount=Decimal(n) * Decimal("1.25") if n % 2 else None,
            share=(n * 17) % 101 if states[n % 5] != "closed" else 100, secret_from="", remark="",
        )
        for n in range(count)
    ]


async def create_tables(node: Any, count: int = 0) -> None:
    """The sample has no migrations; its tables are made here."""
    async with node.engine.begin() as connection:
        await connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS sample_desk"))
        await connection.run_sync(Base.metadata.create_all)
    async with node.unit_of_work() as uow:
        uow.session.add_all(rows(count, uow))


async def _serve() -> None:
    import tempfile
    from pathlib import Path

    import uvicorn

    from nodekit.testing import Federation
    from tests.support.postgres import shared_server

    with tempfile.TemporaryDirectory() as folder:
        async with Federation.start({OFFICE: SPEC}, pg=shared_server(), folder=Path(folder)) as federation:
            await create_tables(federation[OFFICE].node, 180)
            officer = await federation[OFFICE].login(username="look", name="经办人甲")
            for cookie in officer.http.cookies.jar:
                print(f"{cookie.name}={cookie.value}", flush=True)
            await uvicorn.Server(uvicorn.Config(federation[OFFICE].app, port=18999, log_level="warning")).serve()


if __name__ == "__main__":
    asyncio.run(_serve())
