"""User tasks: who may take one, what its pickers offer, what happens when one is due or changes hands."""
