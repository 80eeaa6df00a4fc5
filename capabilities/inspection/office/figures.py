"""Figures of inspection work (docs/domain, D.3) from this office's own rows: coverage, rounds, findings, meetings.

Rounds that a superior office counts (`counting_owner`) are left out here: they are counted once, there.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, func, select

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import queries
from capabilities.inspection.office.coverage import coverage_of
from capabilities.inspection.office.models import Batch, Finding, Meeting, Round, Task, Term
from capabilities.inspection.vocabulary import MeetingKind
from nodekit.spec import Figure, FigureSource
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell, Period, PeriodKind

ENTERED = tuple(sorted(domain.SINCE_ENTRY))


async def _coverage_cells(uow: UnitOfWork) -> Sequence[Cell]:
    term = await queries.current_term(uow)
    if term is None:
        return []
    found = await coverage_of(uow, term)
    period = _to_date(term)
    done, total = Decimal(found.coverage.done), Decimal(found.coverage.total)
    rate = (done * 100 / total).quantize(Decimal("0.1")) if total else None
    cells = [Cell(indicator="coverage_rate", period=period, value=rate, unit="%", numerator=done, denominator=total)]
    cells += [
        Cell(
            indicator="coverage_rate", dimensions={"sector": line.code}, period=period, unit="%", numerator=Decimal(line.done), denominator=Decimal(line.total),
            value=(Decimal(line.done) * 100 / line.total).quantize(Decimal("0.1")),
        )
        for line in found.sectors
    ]
    return cells


async def _work_cells(uow: UnitOfWork) -> Sequence[Cell]:
    term = await queries.current_term(uow)
    if term is None:
        return []
    period = _to_date(term)
    rounds = await _own_rounds(uow, term)
    ids = [row.id for row in rounds]
    orgs = await uow.session.scalar(select(func.count(func.distinct(Task.target_id))).where(Task.round_id.in_(ids), Task.entered_on.is_not(None)))
    batches = await uow.session.scalar(select(func.count()).select_from(Batch).where(Batch.round_id.in_(ids), Batch.entered_on.is_not(None)))
    cells = [
        _count("orgs_inspected", period, orgs or 0, "个"), _count("rounds_held", period, len({row.number for row in rounds}), "轮"),
        _count("batches_held", period, batches or 0, "批"), _count("villages_covered", period, sum(row.villages_extended for row in rounds), "个"),
    ]
    tasks = Counter(dict((await uow.session.execute(_tasks_by_kind(ids))).all()))
    linked = Counter(row.kind for row in rounds if row.kind in domain.LINKED_KINDS)
    cells += [_count("linkage_tasks", period, number, "个", kind=kind) for kind, number in sorted(linked.items())]
    whole = Decimal(sum(tasks.values()))
    cells += [
        Cell(
            indicator="kind_mix", dimensions={"kind": kind}, period=period, unit="%", numerator=Decimal(number), denominator=whole,
            value=(Decimal(number) * 100 / whole).quantize(Decimal("0.1")),
        )
        for kind, number in sorted(tasks.items())
    ]
    return [*cells, *await _meeting_cells(uow, term, period)]


async def _finding_cells(uow: UnitOfWork) -> Sequence[Cell]:
    term = await queries.current_term(uow)
    if term is None:
        return []
    rounds = {row.id: row for row in await _own_rounds(uow, term)}
    counted = [
        (rounds[round_id], category)
        for round_id, category, level, group_id in await _standing(uow, list(rounds))
        if domain.counts(level, group_id, rounds[round_id].counting_level)
    ]
    period = _to_date(term)
    cells = [_count("findings_total", period, len(counted), "个")]
    by_category = Counter(category for _, category in counted)
    cells += [_count("findings_by_focus", period, number, "个", category=category) for category, number in sorted(by_category.items())]
    by_group = Counter(taxonomy.current().group_of(category) for _, category in counted)
    cells += [_count("findings_by_focus", period, number, "个", category=group) for group, number in sorted(by_group.items())]
    by_round = Counter(row.id for row, _ in counted)
    cells += [_count("findings_total", Period(kind=PeriodKind.ROUND, label=rounds[round_id].name), number, "个") for round_id, number in by_round.items()]
    orgs = await uow.session.scalar(select(func.count(func.distinct(Task.target_id))).where(Task.round_id.in_(rounds), Task.entered_on.is_not(None))) or 0
    if orgs:
        mean = (Decimal(len(counted)) / orgs).quantize(Decimal("0.1"))
        cells.append(Cell(indicator="findings_per_org", period=period, value=mean, unit="个/家", numerator=Decimal(len(counted)), denominator=Decimal(orgs)))
    return cells


async def _meeting_cells(uow: UnitOfWork, term: Term, period: Period) -> list[Cell]:
    wanted = select(Meeting.kind, func.count(), func.sum(Meeting.instructions)).where(Meeting.term_id == term.id, Meeting.status == "recorded").group_by(Meeting.kind)
    rows = {kind: (number, instructions) for kind, number, instructions in await uow.session.execute(wanted)}
    codes = {"leader_meetings": MeetingKind.STANDING_COMMITTEE, "secretary_meetings": MeetingKind.SECRETARY_MEETING}
    cells = [_count(code, period, rows.get(kind, (0, 0))[0], "次") for code, kind in codes.items()]
    return [*cells, _count("instructions", period, sum(int(instructions or 0) for _, instructions in rows.values()), "次")]


async def _own_rounds(uow: UnitOfWork, term: Term) -> Sequence[Round]:
    """Rounds of the term that went in and that this office counts."""
    return [row for row in await queries.list_rounds(uow, term_id=term.id, statuses=ENTERED) if row.counting_owner == uow.office]


async def _standing(uow: UnitOfWork, round_ids: list[UUID]) -> Sequence[tuple[UUID, str, str, UUID | None]]:
    """Confirmed findings: only what a figure needs, so that ten thousand of them stay cheap."""
    wanted = select(Finding.round_id, Finding.category, Finding.level, Finding.group_id).where(
        Finding.round_id.in_(round_ids), Finding.status.in_(domain.CONFIRMED_ON)
    )
    return (await uow.session.execute(wanted)).all()


def _tasks_by_kind(round_ids: list[UUID]) -> Select[str, int]:
    tasks = select(Round.kind, func.count()).join_from(Task, Round, Round.id == Task.round_id)
    return tasks.where(Task.round_id.in_(round_ids), Task.entered_on.is_not(None)).group_by(Round.kind)


def _to_date(term: Term) -> Period:
    return Period(kind=PeriodKind.TERM_TO_DATE, label=f"{term.name}以来")


def _count(indicator: str, period: Period, value: int, unit: str, **dimensions: str) -> Cell:
    return Cell(indicator=indicator, dimensions=dimensions, period=period, value=Decimal(value), unit=unit)


SOURCES = (
    FigureSource((Figure("coverage_rate", "全覆盖率", "%", "本届已进驻的对象数÷本届全覆盖任务对象数;更名、合并前已巡察的计入,由上级组织巡察的计入"),), _coverage_cells),
    FigureSource(
        (
            Figure("orgs_inspected", "巡察党组织数", "个", "本届已进驻的党组织数(同一组织只计一次),不含由上级统计的轮次"),
            Figure("rounds_held", "轮次数", "轮", "本届已进驻的轮次数,同一序号的不同方式计一轮"), Figure("batches_held", "批次数", "批", "本届已进驻的批次数"),
            Figure("villages_covered", "延伸巡察村(社区)数", "个", "各轮登记的延伸巡察村(社区)数之和"),
            Figure("linkage_tasks", "联动、提级、交叉、一体任务数", "个", "由本单位统计的上下联动类轮次数"),
            Figure("kind_mix", "巡察方式构成", "%", "某种方式的进驻对象数÷全部进驻对象数"),
            Figure("leader_meetings", "常委会会议", "次", "登记的研究巡察工作的常委会会议数"), Figure("secretary_meetings", "书记专题会议", "次", "登记的书记专题会议数"),
            Figure("instructions", "批示要求", "次", "登记会议作出的批示要求数之和"),
        ),
        _work_cells,
    ),
    FigureSource(
        (
            Figure("findings_total", "发现问题数", "个", "已确认问题数,按轮次的计数口径(归类或具体表现)只计一个层级"),
            Figure("findings_by_focus", "问题分类", "个", "已确认问题按二级分类和一级分类计数"),
            Figure("findings_per_org", "平均发现问题", "个/家", "发现问题数÷巡察党组织数"),
        ),
        _finding_cells,
    ),
)
