"""What an operator does to a course by hand: repair, suspend, move a token, move to another version."""
