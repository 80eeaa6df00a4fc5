"""The participant's registers."""
