"""What officers of the issuing office do: drafting, soliciting, publishing, answering."""
