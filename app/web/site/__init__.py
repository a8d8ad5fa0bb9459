"""What every page has: the frame, who may open it, what went wrong, and what the browser is told."""
