"""`python -m nodekit`."""

from nodekit.cli import cli

cli(prog_name="node")
