"""Wire schemas of lifted, cross, joint and integrated inspection."""
