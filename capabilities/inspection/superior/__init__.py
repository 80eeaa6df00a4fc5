"""What a city or province does with the filings of lower offices."""
