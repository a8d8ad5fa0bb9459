"""Forløb: coherent citizen courses as BPMN, with a journal that can be decided again."""
