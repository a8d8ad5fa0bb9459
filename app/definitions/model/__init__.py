"""What a model says, as values: its graph, what it refers to, what variables and tokens do in it, and findings."""
