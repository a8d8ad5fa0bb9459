"""What a compiled expression is: a Python function from a scope to a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from app.feel.nodes import Node
from app.feel.run import Frame
from app.feel.values import Value

Code: TypeAlias = Callable[[Frame], Value]
Compile: TypeAlias = Callable[[Node], Code]
