"""BPMN files read: safe XML, the dialect, and each kind of element as a value of the graph."""

from __future__ import annotations

from app.definitions.reader.bpmn import BpmnFile, read_bpmn

__all__ = ["BpmnFile", "read_bpmn"]
