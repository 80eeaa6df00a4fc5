"""What officers of the issuing office do: judge findings, write letters, follow them up, run campaigns, answer requests."""
