"""The operator's pages: mending, moving, suspending."""
