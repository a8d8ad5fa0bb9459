"""One file for each element of the dialect: given a model, when something happens, then this follows."""
