"""What both ends of a clue do the same way: who may know of it, how its body is kept and read, running numbers, counts."""
