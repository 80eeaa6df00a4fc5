"""The audit log as the auditor reads it."""

import pytest

from nodekit.testing import TestNode
from tests.node.web.conftest import FINE
from tests.node.web.sample import LEDGER

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_record_is_called_by_register_and_number_and_its_id_is_small_print(desk: TestNode, matter: dict) -> None:
    auditor = await desk.login("audit_officer", username="shenji")
    html = await auditor.page("/audit", subject=matter["id"])
    assert f"{LEDGER.title} {FINE['serial']}<small" in html
    assert matter["id"] in html
    assert FINE["title"] not in html, "the auditor sees who did what to which number, not what it says"
