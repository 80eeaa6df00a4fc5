"""What offices tell each other about the exchange itself."""
