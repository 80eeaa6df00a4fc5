"""Package data: divisions.csv, the country's provinces, cities and counties with the parent each reports to."""
