"""Definitions: BPMN, DMN and form files as versioned facts."""
