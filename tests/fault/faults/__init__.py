"""One class per fault; `kinds.py` lists them with their weights."""
