"""What offices say to each other about clues (问题线索): everything with case content is sealed to one addressee."""
