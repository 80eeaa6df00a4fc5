"""One page, photographed at the sizes officers have, and what its console, the policy and axe said meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error

from tests.browser.officer import AtScreen

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SIZES = ((1366, 768), (1920, 1080))
PAPER = (1123, 794)
"""A4 landscape at 96 dots per inch."""
HEIGHT_MAX = 4000
SETTLED = "document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))"
CHARTS_DRAWN = "[...document.querySelectorAll('.chart-canvas')].every(box => box.dataset.drawn)"
CHARTS_WITHIN_MS = 20_000
TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1
  ? [`page scrolls sideways: ${document.documentElement.scrollWidth} > ${document.documentElement.clientWidth}`]
  : [...document.querySelectorAll('.table-wrap')].filter(box => box.scrollWidth > box.clientWidth + 1).map(box => `table scrolls sideways: ${box.scrollWidth} > ${box.clientWidth}`)"""
EXPECTED = re.compile(r"the server responded with a status of 4\d\d")
"""Pages of refusals are photographed on purpose."""


@dataclass
class Picture:
    """A page as it was: files by size, and complaints."""

    office: str
    role: str
    title: str
    url: str
    files: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


class Camera:
    """One officer's browser. `out` is the album's folder."""

    def __init__(self, context: BrowserContext, out: Path, office: str, role: str) -> None:
        self.officer, self._out, self._office, self._role = AtScreen(context), out, office, role

    @property
    def page(self) -> Any:
        return self.officer.page

    def shoot(self, url: str, name: str, *, paper: bool = False, refused: bool = False) -> Picture:
        """Open `url` and take it at every size; `paper` adds the print view."""
        self.officer.complaints.clear()
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        answer = self.page.goto(url)
        picture = Picture(self._office, self._role, self.page.title(), url)
        if answer is None or (not answer.ok and not refused):
            picture.complaints.append(f"HTTP {answer.status if answer else '?'}")
        self._settle()
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            self._settle()
            picture.complaints += [f"{width}: {wide}" for wide in self.page.evaluate(TOO_WIDE)]
            picture.files[f"{width}"] = self._take(f"{name}-{width}")
        picture.complaints += self._axe()
        if paper:
            picture.files["print"] = self._print(f"{name}-print")
        picture.complaints += [said for said in self.officer.complaints if not (refused and EXPECTED.search(said))]
        return picture

    def links(self, selector: str) -> list[tuple[str, str]]:
        """(address, words) of the links that fit, on the page that is open, without repetition."""
        found = self.page.locator(selector).evaluate_all("nodes => nodes.map(node => [node.getAttribute('href'), node.innerText.trim()])")
        return list(dict.fromkeys((str(href), str(words)) for href, words in found if href))

    def _settle(self) -> None:
        self.page.evaluate(SETTLED)
        if self.page.locator(".chart-canvas").count():
            try:
                self.page.wait_for_function(CHARTS_DRAWN, timeout=CHARTS_WITHIN_MS)
            except Error:
                self.officer.complaints.append("a chart was not drawn")

    def _take(self, name: str) -> str:
        file = self._out / f"{name}.png"
        height = min(self.page.evaluate("document.documentElement.scrollHeight"), HEIGHT_MAX)
        self.page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": self.page.viewport_size["width"], "height": max(height, self.page.viewport_size["height"])})
        return file.name

    def _print(self, name: str) -> str:
        self.page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
        self.page.emulate_media(media="print")
        taken = self._take(name)
        self.page.pdf(path=self._out / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
        self.page.emulate_media(media="screen")
        return taken

    def _axe(self) -> list[str]:
        """What axe holds against the page: rule, and where."""
        self.page.evaluate(AXE.read_text("utf-8"))
        results = self.page.evaluate("standards => axe.run({runOnly: standards})", STANDARDS)
        return [f"axe {found['id']}: {node['target']}" for found in results["violations"] for node in found["nodes"][:3]]
