"""Carries an event from one office's database to another's: once, in order per channel, provably.

The databases are the truth; the bus is a pipe that may lose, repeat, reorder or corrupt anything.
See docs/architecture/delivery.md for the map of this package.
"""
