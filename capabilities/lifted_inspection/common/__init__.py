"""What several sides of a lifted inspection share: numbers, received papers, small helpers. No tables of its own."""
