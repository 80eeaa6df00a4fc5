"""A city as shipped, with one more slice: the ledger that the bench counts."""
