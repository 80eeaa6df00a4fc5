"""The bus: NATS behind a narrow port. The only room that imports FastStream and nats-py.

Promise: a hostile, forgetful pipe that is fast and routes only what the policy allows. Never: hold the only copy of anything.
"""
