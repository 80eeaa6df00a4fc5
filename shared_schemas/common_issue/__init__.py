"""What offices say to each other about common issues."""
