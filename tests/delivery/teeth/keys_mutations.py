"""Whose key is good for what."""

from __future__ import annotations

from tests.delivery.teeth.mutation import Mutation

MUTATIONS = (
    Mutation("old_key_never_silent", "succession.py", "line.seen = kid", "pass", "a key that was rotated away from says nothing once its successor has been heard"),
    Mutation("cut_off_one_too_far", "succession.py", "place[1] > revocation.last.get(place[0], 0)", "place[1] > revocation.last.get(place[0], 0) + 1", "beyond the last good number nothing counts"),
    Mutation("cut_off_of_any_channel", "succession.py", "revocation.last.get(place[0], 0)", "max(revocation.last.values())", "a channel that is not listed has no good number"),
    Mutation("sideways_countersigned", "succession.py", "read.by == self._parent_of(read.office) and self.vouches", "self.vouches", "only the direct parent signs"),
    Mutation("revoked_key_vouches", "succession.py", "public is not None and not self.revocation(office, kid) and self._verify", "public is not None and self._verify", "who lost its key vouches for nobody"),
    Mutation("old_key_unsigned", "succession.py", "or not self._verify(before.signing, data, old)", "", "the key before signs for its successor"),
    Mutation("new_key_unproven", "succession.py", "if new_kid != grant.kid or not self._verify(grant.signing, data, new):", "if False:", "the holder of the new key proves that he holds it"),
    Mutation("earlier_cut_off_returns", "succession.py", "if known is not None and known[0].serial >= revocation.serial:", "if False:", "a later serial replaces, an earlier one does not"),
    Mutation("new_key_waits_for_heartbeat", "sender.py", "            self._schedule.hail(now)\n        for dst, flow in self._flows.running():", "        for dst, flow in self._flows.running():", "a new key is shown at once"),
    Mutation("receipts_not_vouched_again", "receipt.py", "    if kid == keyring.kid:\n        return document", "    if True:\n        return document", "an old decision is given again under the key in use"),
)
