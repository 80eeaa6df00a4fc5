"""What every node can do. Knows no capability and no level by name."""
