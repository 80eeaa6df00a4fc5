"""Clue transfer (线索移交): one clue, one addressee with authority over it, sealed on the way, and what came of it fed back."""
