"""What offices say to each other about numbers: cells changed, send everything again, figures published elsewhere."""
