"""What officers of a participating office do."""
