"""Why a way was taken: each evaluation that decided one, with what it read and what came of it.

Nothing of it is stored. A replay passes a `Trace` to `decide` and reads it afterwards; without one nothing is noted,
and with one the state and the events are the same to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app import dmn, feel
from app.engine.tree import Token, address

if TYPE_CHECKING:
    from app.engine.expressions import Expression


class Deciding(StrEnum):
    """What an evaluation decides."""

    WAY = "way"
    """Whether a token takes a sequence flow."""
    ENOUGH = "enough"
    """Whether a repetition is done before all of its instances are."""
    EVENT = "event"
    """Whether a conditional event comes."""
    TIME = "time"
    """When a timer fires."""
    DECISION = "decision"
    """What a business rule task answers."""


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that matched: its number in the table, its cells as written, and what it says of itself."""

    number: int
    tests: tuple[str, ...]
    results: tuple[str, ...]
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class TableUse:
    """One use of a decision table.

    Attributes:
        decision: name of the decision or function whose table it is.
        hit_policy: a letter: U A P F R O C.
        inputs: the columns with the values tested.
        outputs: the names of the result columns.
        rules: those that matched, in the order in which the hit policy took them.
        value: what the table gave.
    """

    decision: str
    hit_policy: str
    inputs: tuple[tuple[str, Any], ...]
    outputs: tuple[str, ...]
    rules: tuple[MatchedRule, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation that decided something.

    Attributes:
        deciding: what it decided.
        address, element: where, as events name it.
        text: the expression as written; of a decision its name.
        inputs: the variables that it read, those of its names that were there.
        missing: the names that it read and that were not there.
        result: a JSON value; None where it had none.
        warnings: why it, or a part of it, became null: Danish, each once.
        tables: the decision tables used, in order.
        decision: id of the decision made; "" for an expression.
        file: digest of its file where the newest was asked for; "" where the model's own version had it.
    """

    deciding: Deciding
    address: str
    element: str
    text: str
    inputs: Mapping[str, Any]
    missing: tuple[str, ...]
    result: Any
    warnings: tuple[str, ...] = ()
    tables: tuple[TableUse, ...] = ()
    decision: str = ""
    file: str = ""


class Trace:
    """What one command's evaluations are noted in, in order."""

    def __init__(self) -> None:
        self.evaluations: list[Evaluation] = []

    def expression(
        self,
        deciding: Deciding,
        task: Token,
        element: str,
        expression: Expression,
        seen: Mapping[str, Any],
        at: datetime,
    ) -> None:
        """Note an expression: evaluated here once more, with its warnings, so that the engine's own pays nothing."""
        if expression.parsed is None:
            return
        names = sorted(expression.parsed.names | (expression.names & seen.keys()))
        read = {name: seen[name] for name in names if name in seen}
        notes: list[feel.FeelWarning] = []
        result: Any = None
        try:
            result = feel.to_json(feel.evaluate(expression.parsed, read, now=at, trace=notes))
            warnings = [note.message for note in notes]
        except feel.FeelError as error:
            warnings = [str(error)]
        self.evaluations.append(
            Evaluation(
                deciding,
                address(task),
                element,
                expression.text,
                read,
                tuple(name for name in names if name not in seen),
                result,
                tuple(dict.fromkeys(warnings)),
            )
        )

    def decision(
        self,
        task: Token,
        decision: str,
        seen: Mapping[str, Any],
        value: Any,
        found: dmn.Result,
        model: dmn.Model,
        file: str,
    ) -> None:
        """Note a decision with the rules that matched."""
        asked = model.named(decision)
        names = dmn.reads(model, asked) if isinstance(asked, dmn.Decision) else ()
        self.evaluations.append(
            Evaluation(
                Deciding.DECISION,
                address(task),
                task.task_spec.drawn.element,
                asked.name or decision if asked else decision,
                {name: seen[name] for name in names if name in seen},
                tuple(name for name in names if name not in seen),
                value,
                tuple(dict.fromkeys(warning.message for warning in found.warnings)),
                tuple(_use(match) for match in found.tables),
                asked.id if asked else decision,
                file,
            )
        )


def _use(match: dmn.Match) -> TableUse:
    return TableUse(
        match.name,
        match.hit_policy,
        tuple((label, feel.to_json(value)) for label, value in match.inputs),
        match.outputs,
        tuple(
            MatchedRule(
                number,
                tuple(cell.text or "-" for cell in rule.tests),
                tuple(cell.text for cell in rule.results),
                rule.annotation,
            )
            for number, rule in zip(match.rules, match.matched, strict=True)
        ),
        feel.to_json(match.value),
    )
