"""Spoiled transmissions: a part of what `make fuzz` does, and proof that its judge sees what is wrong."""

from __future__ import annotations

import pytest

from nodekit.delivery.core import reading
from nodekit.delivery.core.canonical import parse_object
from nodekit.delivery.core.receipt import read_receipt
from nodekit.delivery.core.wire import KINDS
from tests.fuzz.judge import Finding, Judge
from tests.fuzz.mutate import SPOILS

INPUTS = 2_500


@pytest.mark.parametrize("seed", range(100, 104))
def test_spoiled_transmissions_are_rejected_or_read_as_they_were_written(seed):
    tally = Judge(seed).run(INPUTS)
    assert tally.inputs == INPUTS
    assert set(tally.kinds) == KINDS, "a kind of transmission is not tried"
    assert set(tally.spoils) == set(SPOILS)
    assert tally.accepted["gullible"] > INPUTS / 50, "most never get past the first check: nothing is tried"
    assert len(tally.rejected) > 12


class TestTheJudge:
    """Each check taken out of the reading is noticed."""

    def findings(self) -> None:
        with pytest.raises(Finding):
            Judge(1).run(3_000)

    def test_sees_a_signature_that_is_not_checked(self, monkeypatch):
        from tests.support.keyrings import TestKeyring

        checked = TestKeyring.verify
        monkeypatch.setattr(TestKeyring, "verify", lambda *args: args[3].startswith(b"wir1\0") or checked(*args))
        self.findings()

    def test_sees_a_link_that_is_not_checked(self, monkeypatch):
        from tests.support.keyrings import TestKeyring

        checked = TestKeyring.verify
        monkeypatch.setattr(TestKeyring, "verify", lambda *args: args[3].startswith(b"lnk1\0") or checked(*args))
        self.findings()

    def test_sees_a_receipt_that_is_not_checked(self, monkeypatch):
        def unchecked(document, *, issuer, channel, kid, sig, keyring):
            class Believing:
                def verify(self, *_args):
                    return True

            return read_receipt(document, issuer=issuer, channel=channel, kid=kid, sig=sig, keyring=Believing())

        monkeypatch.setattr(reading, "read_receipt", unchecked)
        self.findings()

    def test_sees_json_that_is_not_canonical(self, monkeypatch):
        import orjson

        from nodekit.delivery.core import canonical

        monkeypatch.setattr(canonical, "parse_object", lambda data, size_max=0: orjson.loads(data) if data[:1] == b"{" else parse_object(data))
        self.findings()
