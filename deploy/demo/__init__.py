"""The demo federation: every office its own node, on one machine, from one command.

Nothing here is needed to run an office for real; it puts the real parts (nodes, nats-servers, PostgreSQL) side by side.
"""
