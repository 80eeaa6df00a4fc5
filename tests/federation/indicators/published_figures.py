"""The 74 figures four places published, as a table and as rows."""

import csv
from importlib.resources import files

TEXT = (files("capabilities.indicators") / "data" / "published_figures.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TEXT.splitlines()))
