"""New offices join while the others go on working."""
