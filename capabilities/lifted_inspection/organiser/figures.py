"""Figures of lifted, cross, joint and integrated tasks. A task is counted once: by its counting owner, here the organiser."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from capabilities.lifted_inspection.domain.machines import ENTERED_ON
from capabilities.lifted_inspection.domain.rules import counts_here, kind_counts
from capabilities.lifted_inspection.organiser.models import Candidate, Secondment, Task
from nodekit.spec import Figure, FigureSource
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell, Period, PeriodKind, Scope

FIGURES = (
    Figure("linkage_tasks", "联动、提级、交叉、一体任务数", "个", "当年进驻、由本单位统计归口的任务,按方式分别计数;属地和抽调单位不重复计。"),
    Figure("linkage_mix", "联动任务方式构成", "%", "当年进驻、由本单位统计归口的某种方式任务数 ÷ 同口径全部联动任务数。"),
    Figure("linkage_findings", "联动任务发现问题", "个", "当年进驻并已提交报告、由本单位统计归口的任务报告所列问题数。"),
    Figure("linkage_decided_ontime", "提级申请按期会商率", "%", "会商期限内完成会商件数 ÷ 当年完成会商件数。"),
    Figure("secondments", "抽调人次", "人次", "当年到岗的抽调人员人次,每个任务计一次。"),
)
SEATED = ("joined", "returned")


async def compute(uow: UnitOfWork) -> Sequence[Cell]:
    """One set of cells per year."""
    tasks = list(await uow.session.scalars(sa.select(Task).where(Task.entered_on.is_not(None) | Task.consulted_on.is_not(None))))
    entered: dict[int, list[Task]] = defaultdict(list)
    consulted: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.entered_on and task.status in ENTERED_ON and counts_here(task.counting_owner, uow.office):
            entered[task.entered_on.year].append(task)
        if task.consulted_on:
            consulted[task.consulted_on.year].append(task)
    cells = [cell for year, rows in sorted(entered.items()) for cell in _of_tasks(uow.office, year, rows)]
    cells += [_ontime(year, rows) for year, rows in sorted(consulted.items())]
    return cells + await _seated(uow)


def _of_tasks(office: str, year: int, rows: list[Task]) -> list[Cell]:
    period = Period(kind=PeriodKind.YEAR, label=str(year))
    shared = {"period": period, "unit": "个", "counting_owner": office, "scope": Scope.OWN}
    cells = [
        Cell(indicator="linkage_tasks", dimensions={"kind": kind}, value=Decimal(count), **shared) for kind, count in sorted(kind_counts(row.kind for row in rows).items())
    ]
    mix = {"period": period, "unit": "%", "counting_owner": office, "denominator": Decimal(len(rows))}
    cells += [
        Cell(indicator="linkage_mix", dimensions={"kind": kind}, numerator=Decimal(count), value=(Decimal(100) * count / len(rows)).quantize(Decimal("0.1")), **mix)
        for kind, count in sorted(kind_counts(row.kind for row in rows).items())
    ]
    return [*cells, Cell(indicator="linkage_findings", value=Decimal(sum(row.findings for row in rows)), **shared)]


def _ontime(year: int, rows: list[Task]) -> Cell:
    done = sum(row.consulted_on is not None and row.consult_due_on is not None and row.consulted_on <= row.consult_due_on for row in rows)
    return Cell(
        indicator="linkage_decided_ontime", period=Period(kind=PeriodKind.YEAR, label=str(year)), unit="%",
        value=(Decimal(100) * done / len(rows)).quantize(Decimal("0.1")), numerator=Decimal(done), denominator=Decimal(len(rows)),
    )


async def _seated(uow: UnitOfWork) -> list[Cell]:
    year = sa.extract("year", Secondment.joined_on)
    counted = (
        sa.select(year, sa.func.count()).join(Candidate, Candidate.secondment_id == Secondment.id)
        .where(Candidate.status.in_(SEATED), Secondment.joined_on.is_not(None)).group_by(year).order_by(year)
    )
    rows = await uow.session.execute(counted)
    return [
        Cell(indicator="secondments", period=Period(kind=PeriodKind.YEAR, label=str(int(when))), value=Decimal(count), unit="人次", counting_owner=uow.office)
        for when, count in rows
    ]


SOURCES = (FigureSource(FIGURES, compute),)
