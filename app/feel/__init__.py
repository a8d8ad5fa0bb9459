r"""FEEL, the expression language of DMN 1.5 with Camunda 8's habits: pure, bounded, in decimals.

    >>> evaluate("if age >= 18 then \"voksen\" else \"barn\"", {"age": 17})
    'barn'

An expression cannot reach Python or read a clock, and its lots fall by the instant; the same text, variables and
instant give the same value everywhere, and each evaluation ends within its fuel.
"""

from __future__ import annotations

from app.feel.errors import FeelError, FeelWarning, suggestion, unknown
from app.feel.expression import (
    FUEL,
    Expression,
    evaluate,
    parse,
    parse_unary_tests,
    test,
    with_input,
)
from app.feel.jsonvalue import from_json, settle, to_json
from app.feel.loops import elements
from app.feel.run import Frame, Run
from app.feel.types import Check, conform, type_check
from app.feel.values import (
    Date,
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
)

__all__ = [
    "FUEL",
    "Check",
    "Date",
    "DateTime",
    "DaysTimeDuration",
    "Expression",
    "FeelError",
    "FeelWarning",
    "Frame",
    "Function",
    "Range",
    "Run",
    "Time",
    "Value",
    "YearsMonthsDuration",
    "conform",
    "elements",
    "evaluate",
    "from_json",
    "parse",
    "parse_unary_tests",
    "settle",
    "suggestion",
    "test",
    "to_json",
    "type_check",
    "unknown",
    "with_input",
]
