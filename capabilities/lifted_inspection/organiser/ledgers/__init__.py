"""The organiser's registers."""
