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
KEY_PAPERS_MAX = 64
KEYS_WIRE_BYTES_MAX = 128 * 1024
REVOKED_CHANNELS_MAX = 512
"""Channels one revocation lists; in all others nothing under the key is valid."""
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

FIN_BLOCK = 256
"""Numbers between two stored hashes of the reconciliation."""
FIN_BLOCKS_PER_STEP = 16
"""Blocks reckoned at most before one STATE is said; a long history is caught up with over many."""
FIN_MARKS_MAX = 64
FIN_ROWS_MAX = 16
"""Numbers whose receipts are exchanged at a time."""
FIN_EVERY_S = 15.0
"""`fin` is said to a peer no more often than this."""

ATTEMPTS_MAX = 5
RETRY_BASE_S = 1.0
RETRY_CAP_S = 60.0

QUARANTINE_ROWS_MAX = 200
QUARANTINE_BYTES_MAX = 2 * 1024 * 1024
"""Both per peer; beyond them bytes are only counted."""
QUARANTINE_EXCERPT_BYTES = 64 * 1024
WIRE_RECEIPT_BYTES_MAX = 160 * 1024
