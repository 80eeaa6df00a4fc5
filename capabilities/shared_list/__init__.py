"""Shared lists (清单、手册): published by an upper office, adapted item by item below, filed back, merged when a new version comes."""
