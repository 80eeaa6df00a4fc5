"""Which line of 四个落实 a category counts under: changed by the right post, with a reason; the earlier rule stays on record."""

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.steps import fresh
from capabilities.inspection.office.errors import AlreadyThere, UnknownCategory
from capabilities.inspection.office.forms.people import MappingForm
from capabilities.inspection.office.people_models import MappingRule
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork


async def set_mapping(uow: UnitOfWork, officer: Officer, form: MappingForm) -> MappingRule:
    """From now on it counts there, for findings old and new of the classification in force.

    Raises:
        UnknownCategory: not in the classification. AlreadyThere: it counts there already.
    """
    version = taxonomy.current(uow.today)
    if form.code not in version.entries or form.implementation not in version.implementations:
        raise UnknownCategory(form.code)
    before = await queries.find_mapping(uow, version.code, form.code)
    if before is not None and before.implementation == form.implementation:
        raise AlreadyThere(f"{version.label(form.code)} 与 {form.implementation} 的对应")
    if before is not None:
        await uow.move(before, domain.MAPPING, "replaced", "调整", note=form.reason)
        await uow.session.flush()
    rule = MappingRule(
        **fresh(uow, domain.MAPPING), taxonomy=version.code, code=form.code, implementation=form.implementation, document=form.document, reason=form.reason,
        set_by=officer.name,
    )
    uow.session.add(rule)
    await uow.session.flush()
    await uow.log(rule, "set", "确定对应", note=f"{version.label(form.code)} → {form.implementation} {version.implementations[form.implementation]}:{form.reason}")
    return rule
