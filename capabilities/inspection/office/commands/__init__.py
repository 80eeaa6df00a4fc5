"""What officers of an inspection office do. One file per kind of record."""
