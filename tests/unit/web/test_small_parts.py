"""Charts as tables, harmless cells, flash cookies, static assets."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from nodekit.web import assets
from nodekit.web.cells import label_of, local_text, make_cell, number_text
from nodekit.web.charts import chart_table
from nodekit.web.export import harmless
from nodekit.web.flash import redirect, take
from nodekit.web.hostile import holds_hostile
from shared_schemas.states import Tone

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_starts_a_formula(text: str) -> None:
    assert harmless(text) == "'" + text


def test_plain_text_is_left_alone() -> None:
    assert harmless("拆分为3个标段=规避招标") == "拆分为3个标段=规避招标"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1234567, "", "1,234,567"), (Decimal("38.60"), "万元", "38.6 万元"), (Decimal("83.0"), "%", "83%"), (0, "件", "0 件"), (None, "件", "—"), (0.5, "", "0.5")],
)
def test_numbers_read_as_officers_write_them(value: object, unit: str, text: str) -> None:
    assert number_text(value, unit) == text


def test_times_are_local() -> None:
    assert local_text(datetime(2026, 3, 14, 16, 30, tzinfo=UTC)) == "2026-03-15 00:30"
    assert make_cell("date", datetime(2026, 3, 14, 16, 30, tzinfo=UTC), None).text == "2026-03-15"  # type: ignore[arg-type]


def test_cells_of_each_kind() -> None:
    node = SimpleNamespace(node=SimpleNamespace(directory=SimpleNamespace(name=lambda office: f"[{office}]")))
    assert make_cell("office", "990121-inspection", node).text == "[990121-inspection]"  # type: ignore[arg-type]
    tags = make_cell("tags", [("重大", Tone.RED), "民生"], node)  # type: ignore[arg-type]
    assert [(tag.label, tag.tone) for tag in tags.tags] == [("重大", "red"), ("民生", "grey")]
    assert make_cell("progress", Decimal("104.2"), node).text == "100%"  # type: ignore[arg-type]
    assert make_cell("number", (Decimal("3"), "户"), node).data == 3  # type: ignore[arg-type]
    assert label_of([True, None, Decimal("2.50")]) == "是、—、2.5"


def test_a_chart_reads_as_a_table() -> None:
    lines = {"xAxis": {"data": ["一月", "二月"]}, "series": [{"name": "本省", "type": "line", "data": [1, {"value": 2}]}, {"name": "均值", "data": [3]}]}
    assert chart_table(lines) == (["", "本省", "均值"], [["一月", 1, 3], ["二月", 2, ""]])
    flow = {"series": [{"type": "sankey", "links": [{"source": "甲", "target": "乙", "value": 4}]}]}
    assert chart_table(flow) == (["从", "到", "数量"], [["甲", "乙", 4]])
    assert chart_table({}) == (["名称", "数值"], [])


@pytest.mark.parametrize("cookie", ["", "%%%", "bm9uc2Vuc2U=", "W10=", "eyJhIjoxfQ=="])
def test_odd_flash_cookies_are_ignored(cookie: str) -> None:
    assert take(SimpleNamespace(cookies={"flash": cookie})) == []  # type: ignore[arg-type]


def test_flash_survives_the_redirect() -> None:
    cookie = redirect("/x", ["已登记。"]).headers["set-cookie"]
    value = re.search(r"flash=\"?([^;\"]+)", cookie)
    assert value
    assert "HttpOnly" in cookie
    assert take(SimpleNamespace(cookies={"flash": value[1]})) == ["已登记。"]  # type: ignore[arg-type]


def test_hostile_text() -> None:
    assert not holds_hostile({"a": ["巡視反饋\n第二行\t表", "emoji 👍"], "b": 3})
    assert holds_hostile([{"a\x00": 1}])
    assert holds_hostile(("\ud800",))


def test_assets_are_copied_without_source_maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    for name, origin in assets.FILES.items():
        file = tmp_path / "node_modules" / origin
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"{name}\n//# sourceMappingURL={name}.map".encode())
    assert assets.missing() == list(assets.FILES)
    assets.copy(tmp_path / "node_modules")
    assert assets.missing() == []
    assert (tmp_path / "vendor" / "htmx.min.js").read_text() == "htmx.min.js\n"


def test_the_lock_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    assert all(entry.get("integrity") for name, entry in json.loads(text)["packages"].items() if name)


def test_templates_hold_nothing_inline() -> None:
    for file in (ROOT / "nodekit").glob("*/templates/**/*.html"):
        text = file.read_text()
        assert not re.search(r"<script>|<style|\son[a-z]+=|\sstyle=", text), file
        assert not re.search(r"hx-on|hx-vals=.js|://", text.replace("http://www.w3.org", "")), file
