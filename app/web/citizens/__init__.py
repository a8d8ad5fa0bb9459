"""Pages of a citizen: everything about one, who looks after them, and who must have no access."""
