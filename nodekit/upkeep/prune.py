"""`node prune`: what the nightly round does, by hand or only counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.errors import NodeError
from nodekit.opening import open_node
from nodekit.retention import Round, prune_all

if TYPE_CHECKING:
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec


class NoRetention(NodeError):
    """Neither the setting nor the command says how old a body must be."""

    code = "upkeep.no_retention"

    def __init__(self) -> None:
        super().__init__("未设置正文保存期限,默认永久保存。", hint="请用 --days 指定天数,或在 settings.toml 中设置 prune_after_days。")


async def prune_node(spec: NodeSpec, settings: Settings, *, days: int, really: bool) -> Round:
    """Throw away, or count, bodies of events decided more than `days` days ago (0: as the settings say).

    Raises:
        NoRetention: no number of days.
    """
    days = days or settings.prune_after_days
    if not days:
        raise NoRetention
    node = open_node(spec, settings, bus_off=True)
    try:
        return await prune_all(node, days, really=really)
    finally:
        await node.engine.dispose()
