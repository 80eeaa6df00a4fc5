"""Thresholds of the analysis, set by a person with a reason; what was in force before stays on record."""

from capabilities.common_issue.domain import states
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.commands.detecting import analyse
from capabilities.common_issue.issuer.models import ThresholdSetting
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork


async def set_thresholds(uow: UnitOfWork, officer: Officer, form: forms.ThresholdForm) -> ThresholdSetting:
    """From now on these hold; the pool is looked through at once."""
    if before := await queries.find_setting(uow):
        await uow.move(before, states.THRESHOLD, "replaced", "调整", note=form.reason)
        await uow.session.flush()
    row = ThresholdSetting(
        id=uow.new_id(), status=states.THRESHOLD.initial, version=0, created_at=uow.now, updated_at=uow.now, units_min=form.units_min, offices_min=form.offices_min,
        similarity_min=float(form.similarity_min), reason=form.reason, set_by=officer.name,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "set", "确定阈值", note=f"单位{form.units_min}家或地区{form.offices_min}个,相似度{form.similarity_min}:{form.reason}")
    await analyse(uow, officer)
    return row
