"""The loop as a Django app, which is what viewflow takes a flow from."""
