"""Keys of offices change while the others go on working."""
