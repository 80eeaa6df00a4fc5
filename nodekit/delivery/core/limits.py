"""Every bound and pace of the protocol, with its unit."""

RUN_EVENTS_MAX = 512
PACKET_BYTES_MAX = 250 * 1024
"""Event bytes of one run and of one packet."""
PRIOR_BYTES_MAX = 160 * 1024
PRIORS_PER_PACKET_MAX = 512
"""Receipts given back with one packet; with the frame around them they fit in the rest of WIRE_BYTES_MAX."""
BACK_PACKETS_MAX = 16
"""Transmissions in answer to one FETCH."""
WINDOW_PACKETS_MAX = 16
"""4 MiB in flight per channel."""
NUMBER_BATCH = 1000
"""Outbox rows numbered in one transaction."""
APPLY_BATCH = 512
WANT_MAX = 64
RECEIPTS_PER_WIRE_MAX = 32
SPANS_PER_RECEIPT_MAX = 256

RESEND_BASE_S = 2.0
RESEND_CAP_S = 300.0
HEARTBEAT_S = 30.0
ACK_DELAY_S = 0.02
ANSWER_GAP_S = 1.0
"""At most one STATE per peer and second in answer to something stale."""
HANDSHAKE_BURST = 8
"""STATEs that may follow each other at once while a session opens; one more per ANSWER_GAP_S after that."""
GREET_JITTER_S = 0.2
HAIL_CAP_S = HEARTBEAT_S
"""A channel that is not open is hailed after RESEND_BASE_S, doubled up to this."""
BOOTS_REMEMBERED = 16
RETIRED_MAX = 16
RECEIPT_GRACE_S = 2.0
"""A receipt is asked for again only when the event has been held this long."""
ALARM_AFTER_S = 24 * 3600.0

ATTEMPTS_MAX = 5
RETRY_BASE_S = 1.0
RETRY_CAP_S = 60.0

QUARANTINE_ROWS_MAX = 200
QUARANTINE_BYTES_MAX = 2 * 1024 * 1024
"""Both per peer; beyond them bytes are only counted."""
QUARANTINE_EXCERPT_BYTES = 64 * 1024
WIRE_RECEIPT_BYTES_MAX = 160 * 1024

CHUNK_BYTES_MAX = 256 * 1024
"""Ciphertext of one chunk; every chunk of an attachment but the last has exactly this size."""
BLOB_CHUNKS_MAX = 129
"""One attachment: 32 MiB of contents and 16 bytes of authentication per chunk."""
BLOBS_PER_EVENT_MAX = 16
EVENT_CHUNKS_MAX = 512
"""All attachments of one event: 128 MiB; their names take 34 KiB and still fit an event with the largest sealed body."""
CHUNKS_IN_FLIGHT_MAX = 4
"""Per peer: 1 MiB asked for and not yet here, so that an event never waits for more than that on a slow line."""
CHUNKS_PER_TICK = 2
"""Handed to the bus between two looks at what else is to be sent."""
CHUNKS_PER_GETB_MAX = 16
GIVE_QUEUE_MAX = 16
"""Chunks one peer may have asked for and not yet got; what is beyond is not heard, and it asks again."""
GIVE_BURST = 32.0
GIVE_PER_S = 128.0
"""Chunks one peer is given per second once the burst is used: a replayed question costs no more."""
CHUNK_RETRY_CAP_S = 30.0
"""A chunk that does not come is asked for again after RESEND_BASE_S, doubled up to this."""
CHUNK_GONE_RETRY_S = 60.0
"""A chunk the peer says it has not is asked for again after this: a backup may have brought it back."""
