"""An officer at a screen: finds everything by its role and label, as a person or a screen reader would."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, expect

from nodekit.testing.federation import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

ARRIVES_WITHIN_S = 90
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
REFUSED_PAGE = re.compile(r"Failed to load resource: the server responded with a status of 4(09|22)")


class AtScreen:
    """One browser context with one page, and what its console said."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.complaints = context, []
        self._refusals_expected = False
        context.expose_binding("reportViolation", lambda _source, violation: self.complaints.append(f"CSP: {violation}"))
        context.add_init_script(REPORT_VIOLATIONS)
        self.page = context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("requestfailed", self._failed)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or (self._refusals_expected and REFUSED_PAGE.match(message.text)):
            return
        self.complaints.append(f"{self.page.url}: {message.text}")

    def _failed(self, request: Any) -> None:
        """A page left behind while its live stream is open ends that stream: no complaint."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.url}: {request.failure}")

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Inside, a page answered with 409 or 422 is what we came for."""
        self._refusals_expected = True
        yield
        expect(self.page.get_by_role("alert")).to_be_visible()
        self._refusals_expected = False

    def sign_in(self, username: str) -> None:
        self.page.goto("/login")
        self.fill(用户名=username, 密码=PASSWORD)
        self.press("登录")
        expect(self.page.get_by_role("link", name="待办").first).to_be_visible()

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer, path
        assert answer.ok, f"{path}: {answer.status}"

    def field(self, label: str) -> Locator:
        """The input with this label; a star for 必填 belongs to the label."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))

    def fill(self, **values: str) -> None:
        """Type or choose; keys are labels."""
        for label, value in values.items():
            target = self.field(label)
            if target.evaluate("node => node.tagName") == "SELECT":
                target.select_option(label=value)
            else:
                target.fill(value)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def act(self, action: str, *, submit: str = "", **values: str) -> None:
        """Open the action's form from the record, fill it in, send it, and be back at the record."""
        self.follow(action)
        self.fill(**values)
        self.press(submit or action)
        self.sees_heading("线索")

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()

    def sees_heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)

    def stands_at(self, station: str) -> None:
        """The step bar's present station."""
        expect(self.page.get_by_role("listitem").and_(self.page.locator('[aria-current="step"]'))).to_contain_text(station)

    def waits_for(self, arrived: Callable[[], Locator]) -> None:
        """Reload until what another office said is here."""
        deadline = time.monotonic() + ARRIVES_WITHIN_S
        while arrived().count() == 0:
            assert time.monotonic() < deadline, f"nothing arrived at {self.page.url}"
            self.page.reload()

    def waits_at(self, station: str) -> None:
        """Reload the record until the step bar stands at `station`."""
        self.waits_for(lambda: self.page.locator('[aria-current="step"]').filter(has_text=station))
