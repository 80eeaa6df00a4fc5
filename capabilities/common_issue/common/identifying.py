"""Refuse texts that would tell the other office who is meant. What is certain comes from this office's own registers."""

import re

from capabilities.common_issue.domain.deidentify import Find, finds
from capabilities.inspection import register
from nodekit.errors import NodeError
from nodekit.unit_of_work import UnitOfWork

SHOWN_MAX = 6
_ENDINGS = re.compile(r"(?:党委|党组|党工委|党支部|党总支)$")
_OFFICE = re.compile(r"(?:县|市|区|省|州|盟|旗).*$")


class NamesSomebody(NodeError):
    """A text that must be de-identified names a unit, a place, a person or a number."""

    code = "common_issue.names_somebody"
    status = 422

    def __init__(self, where: str, found: list[Find]) -> None:
        listed = "、".join(find.sentence for find in found[:SHOWN_MAX])
        super().__init__(f"{where}还能看出具体对象:{listed}。", hint="请改用“某单位”“某乡镇”“相关负责人”等表述,只保留问题本身。", found=[find.words for find in found])


async def known_names(uow: UnitOfWork) -> list[str]:
    """Names that certainly tell: inspected organisations with and without the kind of Party body, and the places of the federation."""
    names: set[str] = set()
    if any(part.name == "inspection.office" for part in uow.node.spec.slices):
        for target in await register.list_targets(uow, active_only=False):
            names |= {target.name, _ENDINGS.sub("", target.name)}
    for office in uow.node.directory.all():
        place = _OFFICE.match(office.name)
        names.add(office.name if place else office.short_name)
        if hit := re.match(r"^[\u4e00-\u9fff]{2,6}?(?:省|市|县|区)", office.name):
            names.add(hit[0])
    return [name for name in names if len(name) > 2]  # noqa: PLR2004 - one or two characters are words, not names


async def refuse_names(uow: UnitOfWork, **texts: str) -> None:
    """Check texts by their Chinese label.

    Raises:
        NamesSomebody: the first text that could tell who is meant.
    """
    known = await known_names(uow)
    for where, text in texts.items():
        if found := finds(text, known):
            raise NamesSomebody(where, found)
