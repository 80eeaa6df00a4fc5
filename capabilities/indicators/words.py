"""Dimensions of a cell as officers read them."""

from collections.abc import Mapping

from capabilities.indicators.catalogue import DIMENSION_NAMES
from capabilities.inspection.register import category_label, sector_label
from nodekit.peers.directory import Directory


def dimension_words(dimensions: Mapping[str, str], directory: Directory) -> str:
    """类别:F2.4 财务与资产;对方:演示市委巡察办. A code nobody here knows stays as it is."""
    return ";".join(f"{DIMENSION_NAMES.get(name, name)}:{_value(name, code, directory)}" for name, code in sorted(dimensions.items()))


def _value(name: str, code: str, directory: Directory) -> str:
    if name == "category":
        return category_label(code)
    if name == "sector":
        return sector_label(code)
    return directory.short_name(code) if name in {"peer", "office"} else DIMENSION_NAMES.get(code, code)
