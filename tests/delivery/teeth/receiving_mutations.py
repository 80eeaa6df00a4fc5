"""The receiving half: order, chain, decisions, receipts, what is said about oneself."""

from __future__ import annotations

from tests.delivery.teeth.mutation import Mutation

_INGEST = (
    Mutation("gap_taken", "receiver.py", "if packet.first > cursor + 1 and self._rules.gap_check:", "if packet.first > cursor + 2:", "nothing is stored behind a gap"),
    Mutation("gap_not_told", "receiver.py", "self._schedule.answer(src, now, gap=packet.first)", "self._schedule.answer(src, now)", "a gap is told so that the sender goes back at once"),
    Mutation("chain_not_compared", "receiver.py", "if before != prev and self._rules.chain_check:", "if False:", "a packet continues the chain"),
    Mutation("other_link_below_cursor", "receiver.py", "if known != packet.links[-1].lh:", "if False:", "another link under a number that is held is a fork"),
    Mutation("overlap_off_by_one", "receiver.py", "overlap = max(0, cursor + 1 - packet.first)", "overlap = max(0, cursor - packet.first)", "numbers already held are not stored twice"),
    Mutation("cursor_hash_of_the_packet_before", "receiver.py", "cursor, prev = packet.last, packet.links[-1].lh", "cursor = packet.last", "within a batch each packet continues the one before"),
    Mutation("any_session", "receiver.py", "if not self._sessions.takes(src, packet.boot, packet.echo):", "if False:", "packets are taken in an open session only"),
    Mutation("takes_any_boot", "session.py", "(session.opened == boot or not self._rules.bound_packets)", "bool(session.opened)", "packets are bound to the sender's process"),
    Mutation("takes_any_echo", "session.py", 'addressed = echo in ("", session.chal) or not self._rules.addressed_packets', "addressed = True", "packets are bound to the receiver's process"),
    Mutation("stopped_channel_takes", "receiver.py", "        if channel.stopped:\n            return 0\n", "", "a stopped channel takes nothing"),
    Mutation("fork_without_stop", "receiver.py", "            await store.stop_in(src, FORK, now)\n", "", "a fork stops the channel"),
    Mutation("fork_without_evidence", "receiver.py", "            await store.dispute(src, FORK, forked.data, our_links(channel_name(src, self.me), behind, held), now)\n", "", "a fork leaves both signatures"),
    Mutation("ingest_not_acknowledged", "receiver.py", "            self._schedule.acknowledge(src, now)\n", "", "what is held is said soon"),
)
_DECIDING = (
    Mutation("order_lost", "decision.py", "if aggregate in waiting and rules.order_per_aggregate:", "if False:", "behind a failure its aggregate waits"),
    Mutation("held_does_not_block", "decision.py", "            outcome.held.append((row, held.reason))\n            waiting.add(aggregate)\n", "            outcome.held.append((row, held.reason))\n", "behind a held event its aggregate waits"),
    Mutation("attempts_without_end", "decision.py", "None if attempts >= ATTEMPTS_MAX else now + delay", "now + delay", "an event that keeps failing goes to a person"),
    Mutation("held_never_released", "receiver.py", "            await store.release_held()\n", "            pass\n", "a newer release tries what was held"),
    Mutation("held_forgotten_by_forget", "receiver.py", '        """As after a crash."""\n        self._release_held = True\n', '        """As after a crash."""\n', "every start tries what was held"),
    Mutation("held_is_retried_not_held", "receiver.py", "            await store.hold_event(row.src, row.event.id, reason)\n", "            pass\n", "an event that is not understood is held"),
    Mutation("quarantine_skipped", "receiver.py", "                await store.quarantine_event(failure.row.src, event.id, failure.attempts, failure.reason)\n", "                pass\n", "an event that keeps failing is quarantined"),
    Mutation("failure_not_postponed", "receiver.py", "                await store.postpone(failure.row.src, event.id, failure.attempts, failure.reason, failure.next_attempt_at)\n", "                pass\n", "a failed event is counted and waits"),
    Mutation("prior_acceptance_ignored", "receiver.py", "if prior is not None and prior.status != decision.status:", "if False:", "an acceptance from before a restore stands"),
    Mutation("prior_refusal_ignored", "receiver.py", "if (prior := priors.get((row.src, row.seq))) and prior.status == REFUSED]", "if False]", "a refusal from before a restore stands"),
    Mutation("priors_not_kept", "receiver.py", "            await store.keep_priors(src, priors, receipts, now)\n", "            pass\n", "decisions that come back are kept until they are used"),
    Mutation("priors_not_forgotten", "receiver.py", "                await store.forget_priors([(item.src, item.seq) for item in settled if item.seq is not None])\n", "                pass\n", "a decision that came back is used once"),
    Mutation("prior_of_another_link", "receiver.py", "            if hashes.get(span.last, span.lh) == span.lh\n", "", "a decision that comes back is about the very link"),
    Mutation("settle_without_receipt", "receiver.py", "            receipts += mine\n", "", "a decision and its receipt are stored together"),
    Mutation("receipt_not_sent", "receiver.py", "            outs += receipt_wires(", "            _ = receipt_wires(", "a receipt is sent when it is signed"),
    Mutation("officer_decision_unreceipted", "receiver.py", "(await store.unreceipted(limit) if closed else ())", "()", "what a person decided gets its receipt"),
    Mutation("ack_swallowed", "receiver.py", "            if max(item.seq for item in decided) == (await store.in_channel(src)).cursor:\n                self", "            if True:\n                self", "an acknowledgement is dropped only if the receipt says the same"),
)
_SAYING = (
    Mutation("want_nothing", "statement.py", "if not self._rules.want or up_to == 0:", "if True:", "missing receipts are asked for"),
    Mutation("want_not_answered", "statement.py", "        if not want:\n            return []\n", "        if want:\n            return []\n", "receipts that are asked for are sent again"),
    Mutation("want_never_goes_round", "statement.py", "flow.want_after = wanted[-1] if len(wanted) == WANT_MAX else 0", "flow.want_after = 0", "long undecided numbers do not hide the others"),
    Mutation("want_one_too_few", "flow.py", "self.want_up_to = marked", "self.want_up_to = max(0, marked - 1)", "the last number is asked for too"),
    Mutation("repeats_without_receipt", "statement.py", "self._receipts_for_repeats(peer, [link for link in held if not link.own])", "self._receipts_for_repeats(peer, [])", "an event repeated under a second number gets its first decision"),
    Mutation("reused_id_accepted", "statement.py", '(link.status, link.code) if link.same_event else ("refused", "event_id_reused")', "(link.status, link.code)", "another event under a known id is refused"),
    Mutation("retired_not_said", "statement.py", "durable, tuple(retired),", "durable, (),", "a copy is told that it was replaced"),
    Mutation("gap_not_said", "statement.py", "self._schedule.gap(peer), want", "0, want", "a gap is said"),
    Mutation("challenge_not_echoed", "statement.py", "            echoes.append(session.reply)\n", "            pass\n", "a process that is not known yet can prove itself"),
    Mutation("receipt_batch_loses_one", "statement.py", "            found.append([])\n            size = 0\n        found[-1].append(document)\n", "            found.append([])\n            size = 0\n        else:\n            found[-1].append(document)\n", "no receipt is lost where a transmission is full"),
    Mutation("never_heartbeat", "pacing.py", "entry.due, entry.ack_due, entry.answered = now + HEARTBEAT_S, NEVER, now", "entry.due, entry.ack_due, entry.answered = NEVER, NEVER, now", "every peer hears from us each half minute"),
    Mutation("heartbeat_not_clamped", "pacing.py", "            entry.due = min(entry.due, now + HEARTBEAT_S)\n", "", "a clock that jumped back silences nobody"),
    Mutation("answers_in_a_storm", "pacing.py", "entry.due = min(entry.due, max(now, entry.answered + ANSWER_GAP_S))", "entry.due = now", "answers are at most one a second"),
    Mutation("burst_without_end", "pacing.py", "            entry.burst -= 1.0\n", "", "a handshake's burst ends"),
)
MUTATIONS = _INGEST + _DECIDING + _SAYING
