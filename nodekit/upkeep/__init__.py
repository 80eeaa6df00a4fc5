"""What an operator does with a node that does not serve: check, back up, restore, carry packages, admit an office. Never runs beside requests."""
