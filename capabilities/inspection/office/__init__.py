"""What an inspection office does itself: targets, rounds, teams, findings, and filing upward."""
