"""The delivery protocol without input or output: no event loop, clock, randomness, SQL or bus of its own.

Time and randomness are arguments, storage is the `Store` protocol, and what must be sent is a return value, so the
simulator runs exactly the code that ships.
"""
