"""Forms of an inspection office, one file per kind of record."""
