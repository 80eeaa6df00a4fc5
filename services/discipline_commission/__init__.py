"""Discipline commission node: takes its clue stream, disposes, feeds back; answers letters."""
