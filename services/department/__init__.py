"""Sector department node: answers suggestion letters, copy notices and secondments."""
