"""Diagrams made from a graph: where shapes, arrows and names go, written into the file as BPMN's interchange."""

from __future__ import annotations

from app.definitions.layout.interchange import draw
from app.definitions.layout.placing import lay_out

__all__ = ["draw", "lay_out"]
