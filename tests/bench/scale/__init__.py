"""What one event costs a node with two or fifty peers, with a thousand or a million events behind it."""
