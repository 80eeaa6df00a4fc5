"""A register that shows labels gives programs the codes beside them."""

from capabilities.common_issue.issuer.ledgers import INSTRUMENTS, POOL
from capabilities.inspection.office.ledgers import ALL
from nodekit.web.ledger_api import coded, record_model


def test_labels_of_codes_have_the_code_beside_them():
    by_key = {ledger.key: ledger for ledger in ALL}
    assert coded(INSTRUMENTS) == ["kind"]
    assert {"kind", "sector", "affiliation"} <= set(coded(by_key["targets"]))
    assert {"kind_code", "kind"} <= set(record_model(INSTRUMENTS).model_fields)


def test_what_is_no_code_gets_none():
    assert "unit_mark" not in coded(POOL)
    assert not {"title", "status", "issued_on"} & set(coded(INSTRUMENTS))
