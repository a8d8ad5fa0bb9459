"""Regular expressions of XPath and XQuery Functions 3.1 §5.6 in linear time.

Python's `re` tries one way after another, and a hostile pattern makes the ways innumerable; here all
ways are followed at once (Pike's machine), so that a text of n characters against a pattern of m takes
n × m steps, each paid for by the run's fuel. References back to a group cannot be had that way: a
pattern with one is tried one way after another, as far as the fuel reaches.
"""

from __future__ import annotations

from app.feel.regex.pattern import Pattern, read_pattern
from app.feel.regex.syntax import MAX_PATTERN, PatternError

__all__ = ["MAX_PATTERN", "Pattern", "PatternError", "read_pattern"]
