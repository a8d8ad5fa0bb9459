"""DMN 1.5 decisions over FEEL: tables, requirement graphs, services. Knows nothing of the rest of the app.

model = read(content)
result = evaluate(model, "ydelse", {"alder": 17})
result.value, result.tables, result.warnings
"""

from __future__ import annotations

from app.dmn.decide import FUEL, Result, evaluate
from app.dmn.findings import DmnError, Finding
from app.dmn.graph import Model, inputs, read, reads
from app.dmn.model import Decision, DecisionTable, InputData, Rule, Text
from app.dmn.table import Match

__all__ = [
    "FUEL",
    "Decision",
    "DecisionTable",
    "DmnError",
    "Finding",
    "InputData",
    "Match",
    "Model",
    "Result",
    "Rule",
    "Text",
    "evaluate",
    "inputs",
    "read",
    "reads",
]
