"""What officers of the organising office do."""
