"""What the sides of this capability share besides rules: columns, numbers, the check for names."""
