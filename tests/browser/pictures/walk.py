"""Which pages there are: the menu of every role, one record per state of every ledger, every form offered there, and the dead ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from deploy.demo.plan import Member
from deploy.demo.roster import PASSWORD, Account
from tests.browser.pictures.camera import Camera, Picture

PATIENCE_MS = 60_000
RECORD_ID = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32})")
STATES = "table.ledger-table tbody tr"
ROW_OF_STATE = """rows => rows.map(row => [row.querySelector('td.col-status')?.innerText.trim() ?? '', row.querySelector('td.col-actions a')?.getAttribute('href')])"""
EVERYBODYS = ("/account", "/no-such-page")
FORBIDDEN = "/admin/accounts"


class Walk:
    """Every page of one office, each photographed once, whoever sees it first."""

    def __init__(self, browser: Browser, member: Member, out: Path) -> None:
        self._browser, self._member, self._out = browser, member, out
        self._seen: set[str] = set()
        self._count = 0

    def run(self, accounts: list[Account]) -> Iterator[Picture]:
        yield from self._signed_out()
        for account in accounts:
            yield from self._role(account)

    def _camera(self, role: str) -> Camera:
        context = self._browser.new_context(base_url=self._member.url, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(PATIENCE_MS)
        return Camera(context, self._out, self._member.office.name, role)

    def _signed_out(self) -> Iterator[Picture]:
        camera = self._camera("未登录")
        yield camera.shoot("/login", self._name("login"))
        camera.officer.context.close()

    def _role(self, account: Account) -> Iterator[Picture]:
        camera = self._camera(account.name)
        camera.page.goto("/login")
        camera.officer.fill(用户名=account.username, 密码=PASSWORD)
        camera.officer.press("登录")
        camera.page.get_by_role("link", name="待办").first.wait_for()
        yield camera.shoot("/workbench", self._name(f"workbench-{account.username}"), paper=account.username == "zhuren")
        entries = [href for href, _words in camera.links(".rail-line")]
        for path in [*entries, *EVERYBODYS]:
            yield from self._page(camera, path, refused=path not in entries)
        if FORBIDDEN not in entries:
            yield from self._page(camera, FORBIDDEN, refused=True)
        camera.officer.context.close()

    def _page(self, camera: Camera, path: str, *, refused: bool = False) -> Iterator[Picture]:
        kind = RECORD_ID.sub("/id", path)
        if kind in self._seen:
            return
        self._seen.add(kind)
        yield camera.shoot(path, self._name(path), paper=not refused, refused=refused)
        rows = camera.page.locator(STATES).evaluate_all(ROW_OF_STATE)
        further = [href for href, _words in camera.links("main a[href^='/']") if "?" not in href and "." not in href.rpartition("/")[2]]
        if rows:
            yield from self._page_of(camera, f"{path}?q=zzzz")
        for state, href in dict(reversed([(state, href) for state, href in rows if href])).items():
            yield from self._record(camera, str(href), str(state))
        for href in further:
            yield from self._further(camera, path, href)

    def _further(self, camera: Camera, path: str, href: str) -> Iterator[Picture]:
        """Pages below this one that are no records: forms, explanations, sub-pages."""
        kind = RECORD_ID.sub("/id", href)
        if kind not in self._seen and (href.startswith(path) or RECORD_ID.search(href)) and "/id" not in kind.removesuffix("/id"):
            self._seen.add(kind)
            yield camera.shoot(href, self._name(href))

    def _page_of(self, camera: Camera, url: str) -> Iterator[Picture]:
        if url not in self._seen:
            self._seen.add(url)
            yield camera.shoot(url, self._name(url.replace("?q=zzzz", "-empty")))

    def _record(self, camera: Camera, href: str, state: str) -> Iterator[Picture]:
        """One record of one state, and every form and page it leads to."""
        key = f"{RECORD_ID.sub('/id', href)} {state}"
        if key in self._seen:
            return
        first = RECORD_ID.sub("/id", href) not in self._seen
        self._seen |= {key, RECORD_ID.sub("/id", href)}
        yield camera.shoot(href, self._name(f"{href}-{state}"), paper=first)
        for form, _words in camera.links("main a[href^='/']"):
            kind = RECORD_ID.sub("/id", form)
            if form.startswith(href + "/") and kind not in self._seen:
                self._seen.add(kind)
                yield camera.shoot(form, self._name(form))

    def _name(self, path: str) -> str:
        self._count += 1
        flat = re.sub(r"[^\w-]+", "_", RECORD_ID.sub("", path).partition("?")[0].strip("/")) or "home"
        return f"{self._member.id}-{self._count:03d}-{flat}"
