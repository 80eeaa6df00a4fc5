"""Shared lists (清单、手册): what an upper inspection office and a lower one say to each other about them."""
