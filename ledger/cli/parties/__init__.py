"""What an operator decides about merchants and payers, from a terminal."""
