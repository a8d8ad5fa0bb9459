"""Reading courses: lists, how they stand, where they are, and who may see which."""
