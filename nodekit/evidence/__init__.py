"""One event with everything that proves it, for somebody who trusts neither office: bytes, place in the chain, signatures, receipts, keys."""
