"""The engine: SpiffWorkflow behind a pure function over values. The only importer of SpiffWorkflow."""
