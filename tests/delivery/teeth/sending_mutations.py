"""The sending half: numbers, windows, timers, what peers say, recovery, stops."""

from __future__ import annotations

from tests.delivery.teeth.mutation import Mutation

_SENDING = (
    Mutation("number_while_closed", "flows.py", "return {peer for peer, flow in self._flows.items() if not flow.open}", "return set()", "a closed channel takes no row"),
    Mutation("resend_from_next", "sender.py", "flow.go_back(flow.peer_cursor, window=1)\n                flow.attempt = attempt", "flow.attempt = attempt", "a timeout goes back to the cursor"),
    Mutation("resend_skips_one", "flow.py", "self.next_seq, self.prev = cursor + 1, None\n        self.in_flight.clear()", "self.next_seq, self.prev = cursor + 2, None\n        self.in_flight.clear()", "what is sent again begins right behind the cursor"),
    Mutation("timer_never_due", "flow.py", "self.due = min(self.due, now + RESEND_CAP_S)\n        return now >= self.due", "return False", "unanswered packets are sent again"),
    Mutation("timer_not_clamped", "flow.py", "        self.due = min(self.due, now + RESEND_CAP_S)\n", "", "a clock that jumped back cannot put a resend off"),
    Mutation("window_never_opens", "flow.py", "self.window = min(WINDOW_PACKETS_MAX, self.window * 2)", "pass", "progress opens the window"),
    Mutation("window_without_end", "sender.py", "len(flow.in_flight) < flow.window", "len(flow.in_flight) < 10**6", "the window bounds what is in flight"),
    Mutation("in_flight_not_cleared", "flow.py", "while self.in_flight and self.in_flight[0] <= cursor:", "while self.in_flight and self.in_flight[0] < cursor:", "what is held is no longer in flight"),
    Mutation("cursor_may_fall", "flow.py", "if cursor <= self.peer_cursor:\n            return False", "if cursor == self.peer_cursor:\n            return False", "within a session the cursor only grows"),
    Mutation("run_cut_anywhere", "flow.py", "if item.link.sig is not None:\n            end = position", "end = position", "a packet ends at a signed link"),
    Mutation("run_over_the_limit", "flow.py", "position > RUN_EVENTS_MAX", "position > RUN_EVENTS_MAX + 1", "a packet holds at most RUN_EVENTS_MAX events"),
    Mutation("runs_without_limit", "sender.py", "or len(runs[-1]) == RUN_EVENTS_MAX", "", "numbered runs fit a packet"),
    Mutation("runs_without_size", "sender.py", "if not runs or size + len(row.raw) > PACKET_BYTES_MAX or", "if not runs or", "numbered runs fit a packet by size"),
    Mutation("prev_of_the_wrong_number", "sender.py", "flow.prev = await self._flows.hash_at(store, dst, flow.next_seq - 1)", "flow.prev = await self._flows.hash_at(store, dst, flow.next_seq)", "a packet names the link before its first"),
    Mutation("no_priors", "sender.py", "return await store.receipts_for(dst, first, last)", "return []", "receipts go back with what is sent again"),
    Mutation("priors_only_at_first", "flow.py", "self.receipted = max(self.receipted, self.peer_cursor)", "self.receipted = 0", "what a restored peer had decided is remembered"),
    Mutation("packet_to_anybody", "sender.py", "self._sessions.of(dst).echo, tuple(void),", "'', tuple(void),", "a packet names the process it is sent to"),
)
_LISTENING = (
    Mutation("opens_without_asking", "listener.py", "        if state.ask is not None:\n            base", "        session.opened = state.boot\n        if state.ask is not None:\n            base", "a channel opens only when its sender knows what is held"),
    Mutation("opens_anywhere", "listener.py", "(state.ask == base or not self._rules.exact_base)", "True", "a session opens only at the receiver's own cursor"),
    Mutation("opens_though_stopped", "listener.py", " and not held.stopped:", ":", "a stopped channel does not open"),
    Mutation("numbers_again", "listener.py", "if state.cursor > channel.head and", "if False and", "a peer that holds more means we were restored"),
    Mutation("fork_not_seen", "listener.py", "if await self._flows.hash_at(store, peer, state.cursor) != state.hash and self._rules.fork_halt:", "if False:", "another hash at the peer's cursor is a fork"),
    Mutation("other_line_ignored", "listener.py", "if taken is Taken.OTHER_LINE and self._rules.fork_halt:", "if False:", "our own past on another line is a fork"),
    Mutation("new_boot_keeps_position", "listener.py", "            flow.base(state.cursor, now)\n", "", "a restored peer is sent again what it lost"),
    Mutation("cursor_not_kept", "listener.py", "        elif flow.held(state.cursor, now, self._rng):\n            await store.advance_peer_cursor(peer, state.cursor)\n", "        elif flow.held(state.cursor, now, self._rng):\n            pass\n", "what a peer holds is written down"),
    Mutation("receipt_for_any_link", "listener.py", "if any(hashes.get(span.last) != span.lh for span in receipt.spans):", "if False:", "a receipt decides the very link it names"),
    Mutation("stale_receipt_stops", "listener.py", "                if present:\n                    await", "                if True:\n                    await", "a receipt from a past that a restore has undone stops nothing"),
    Mutation("stale_receipt_moves_cursor", "listener.py", "if present and flow.held(max(ends), now, self._rng):", "if flow.held(max(ends), now, self._rng):", "only receipts of this session say what the peer holds"),
    Mutation("contradiction_not_seen", "listener.py", "if contradicted and not await store.disputed(peer, receipt.document):", "if False:", "two decisions of one number stop the channel"),
    Mutation("lifted_stop_returns", "listener.py", " and not await store.disputed(peer, receipt.document):", ":", "what people have looked at stops nothing again"),
    Mutation("copies_not_kept", "listener.py", "            await store.retire(peer, state.boot, heard.data, now)\n", "", "a superseded process is told that another copy lives"),
    Mutation("fence_ignored", "listener.py", "if self._sessions.boot in state.retired and self._rules.fence:", "if False:", "a copy that was replaced fences itself"),
    Mutation("fence_on_any_name", "listener.py", "if self._sessions.boot in state.retired and", "if state.retired and", "only the very process that was replaced is fenced"),
    Mutation("one_peer_stops_all", "dispute.py", "COPIES_TO_STOP = 2", "COPIES_TO_STOP = 1", "one peer alone cannot switch an office off"),
    Mutation("fence_one_way", "flows.py", "        await store.stop_in(peer, CLONED, now)\n", "", "a fenced copy takes nothing in either"),
    Mutation("no_evidence", "flows.py", "        await store.dispute(peer, reason, evidence, ours, now)\n", "", "both sides of a contradiction are kept"),
    Mutation("stop_not_kept", "flows.py", "        await store.stop_out(peer, reason, now)\n", "", "a stop outlives the process"),
    Mutation("fenced_speaks", "session.py", "if state.stop == CLONED and self._rules.fenced_is_silent:", "if False:", "a fenced copy does not speak for its office"),
)
_SESSIONS = (
    Mutation("stale_teaches", "session.py", "if state.echo != session.chal and self._rules.fresh_only:", "if False:", "a STATE that does not echo the challenge teaches nothing"),
    Mutation("challenge_kept", "session.py", "        if self._rules.rotate_challenge:\n            session.chal = self._fresh()\n", "", "a new process of the peer changes the challenge"),
    Mutation("superseded_forgotten", "session.py", "            session.superseded.append(session.boot)\n", "            pass\n", "processes that were replaced are remembered"),
    Mutation("boot_survives_failure", "session.py", "        self._peers.clear()\n        self.boot = self._fresh()\n", "        self._peers.clear()\n", "a failed transaction is treated as a crash"),
    Mutation("sessions_survive_failure", "session.py", "        self._peers.clear()\n        self.boot", "        self.boot", "after a crash nothing that was agreed counts"),
    Mutation("marks_not_compared", "session.py", "return mark.boot == session.boot and mark.echo == session.chal", "return True", "what was said in another session is not of this one"),
    Mutation("mark_without_echo", "session.py", "return mark.boot == session.boot and mark.echo == session.chal", "return mark.boot == session.boot", "what was said to an earlier process of ours is not of this session"),
)
_RECOVERY = (
    Mutation("past_without_asking", "recovery.py", "if not flow.fetching or not self._sessions.speaks(peer, heard.mark):", "if not self._sessions.speaks(peer, heard.mark):", "a past is taken only when it was asked for"),
    Mutation("past_from_anywhere", "recovery.py", "if heard.links[0].seq != channel.head + 1:\n            return Taken.NOTHING\n        ", "", "a past continues right behind the head"),
    Mutation("past_of_another_line", "recovery.py", "if heard.prev != head_hash:\n            return Taken.OTHER_LINE\n        ", "", "a past continues our own chain"),
    Mutation("fetch_answered_to_anybody", "recovery.py", "if not self._sessions.speaks(src, heard.mark) or after", "if after", "a FETCH of another session is not answered"),
    Mutation("back_one_too_far", "recovery.py", "store.held_run(src, after + 1, RUN_EVENTS_MAX", "store.held_run(src, after + 2, RUN_EVENTS_MAX", "the past is given back from where it was lost"),
    Mutation("back_ends_early", "listener.py", "if last is None or head < last.cursor:", "if last is None:", "recovery asks until it has everything"),
    Mutation("fetch_never_again", "sender.py", "                if flow.fetching:\n                    outs.append", "                if False:\n                    outs.append", "a FETCH that was lost is asked again"),
)
MUTATIONS = _SENDING + _LISTENING + _SESSIONS + _RECOVERY
