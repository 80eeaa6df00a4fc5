"""From bytes to words: signatures, names, canonical text, chains, receipts."""

from __future__ import annotations

from tests.delivery.teeth.mutation import Mutation

MUTATIONS = (
    Mutation("wire_signature_unread", "wire.py", "if not keyring.verify(src, kid, TAG_WIRE + content, from_text(signature)):", "if False:", "a transmission is signed by its sender"),
    Mutation("wire_of_another_sender", "wire.py", 'if head.get("f") != src:', "if False:", "a transmission names the sender the bus has proved"),
    Mutation("wire_to_somebody_else", "wire.py", 'if head.get("t") != me:', "if False:", "a transmission to somebody else is not read"),
    Mutation("link_signature_unread", "reading.py", "if not keyring.verify_record(sender, by, signed, packet.sig, (channel, packet.last)):", "if False:", "the last link of a run is signed by its sender"),
    Mutation("event_elsewhere", "reading.py", "if event.src != sender or event.dst != receiver:", "if False:", "events belong to the channel that carries them"),
    Mutation("event_of_another_sender", "reading.py", "if event.src != sender or event.dst != receiver:", "if event.dst != receiver:", "events come from the sender of the channel"),
    Mutation("receipt_signature_unread", "receipt.py", "if not keyring.verify_record(issuer, kid, TAG_RECEIPT + document, sig, (channel, max(span.last for span in read))):", "if False:", "a receipt is signed by its issuer"),
    Mutation("receipt_of_another_channel", "receipt.py", 'if text_field(fields, "ch", CHANNEL) != channel:', "if False:", "a receipt belongs to its channel"),
    Mutation("spans_joined_over_gaps", "receipt.py", "last and last.last + 1 == item.seq and", "last and", "a span has no holes"),
    Mutation("spans_joined_over_decisions", "receipt.py", "(last.status, last.code, last.by) == (item.status, item.code, item.by)", "True", "a span is decided alike"),
    Mutation("spans_name_the_first_hash", "receipt.py", "Span(last.first, item.seq, item.lh, item.status, item.code, item.by)", "Span(last.first, item.seq, last.lh, item.status, item.code, item.by)", "a span names the hash of its last link"),
    Mutation("spans_lost_beyond_the_limit", "receipt.py", "for start in range(0, len(spans), SPANS_PER_RECEIPT_MAX):", "for start in range(0, 1, SPANS_PER_RECEIPT_MAX):", "no decision is lost where a receipt is full"),
    Mutation("span_backwards", "receipt.py", "    if first > last:\n        raise", "    if False:\n        raise", "a span goes forward"),
    Mutation("not_canonical", "canonical.py", "if encode(value) != data:", "if False:", "one text is read in one way only"),
    Mutation("no_depth_limit", "canonical.py", "if depth > DEPTH_MAX:", "if False:", "depth is bounded"),
    Mutation("no_integer_limit", "canonical.py", "if not -INTEGER_MAX <= value <= INTEGER_MAX:", "if False:", "integers are exact everywhere"),
    Mutation("chain_without_prev", "link.py", '"prev":"{prev}","seq"', '"prev":"","seq"', "a link covers everything before it"),
    Mutation("chain_without_event", "link.py", '"eh":"{eh}","kid"', '"eh":"","kid"', "a link covers its event"),
    Mutation("genesis_without_keys", "link.py", 'f"{channel}\\0{keyring.fingerprint(src)}\\0{keyring.fingerprint(dst)}"', 'f"{channel}"', "a chain is tied to both offices' keys"),
    Mutation("numbers_off_by_one", "link.py", "head_hash = link_hash(channel, head + offset, head_hash, eh, kid, suite)", "head_hash = link_hash(channel, head + offset - 1, head_hash, eh, kid, suite)", "a link covers its number"),
    Mutation("same_tag_for_all", "suite.py", 'b"rct1\\0"', 'b"wir1\\0"', "a signature of one kind never serves as another"),
    Mutation("two_spellings_of_a_signature", "suite.py", "    if to_text(raw) != text:\n        raise", "    if False:\n        raise", "a signature has one spelling"),
)
