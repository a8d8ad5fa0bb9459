"""Making a decision: the requirement graph from the inputs upwards (DMN 1.5 §10.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.dmn.findings import DmnError
from app.dmn.graph import Model, requirements
from app.dmn.model import Decision, DecisionService, Element, InputData, KnowledgeModel
from app.dmn.table import MAX_MATCHES, Match
from app.dmn.types import coerce
from app.feel import FeelError, FeelWarning, Frame, Function, Run, Value, from_json, settle

FUEL = 300_000


@dataclass(frozen=True, slots=True)
class Result:
    """What a decision came to, and why.

    Attributes:
        value: the decision, as a FEEL value.
        tables: every use of a decision table on the way, in order.
        made: the model's own decisions made on the way by id, what they require first, each with its value.
        spent: how many steps it took, of the fuel given.
        warnings: why parts became null; `element` is the id of what the expression stands in.
    """

    value: Value
    tables: tuple[Match, ...]
    warnings: tuple[FeelWarning, ...]
    made: tuple[tuple[str, Value], ...] = ()
    spent: int = 0

    @property
    def fault(self) -> FeelWarning | None:
        """Why there is no answer, where null is a fault in the table or its input; a rule that is not there is none."""
        if self.value is not None:
            return None
        return next((each for each in self.warnings if each.code in FAULTS), None)


FAULTS = frozenset(
    {
        "dmn:not-unique",
        "dmn:not-any",
        "dmn:input-value",
        "dmn:output-value",
        "dmn:missing",
        "dmn:missing-input",
        "dmn:cycle",
    }
)


@dataclass(frozen=True, slots=True)
class _Made:
    """A decision made on the way, among a run's marks."""

    namespace: str
    id: str
    value: Value


def evaluate(
    model: Model,
    decision: str,
    inputs: Mapping[str, object],
    *,
    now: datetime | None = None,
    fuel: int = FUEL,
    around: bool = False,
) -> Result:
    """Make a decision.

    Args:
        model: a model that has been read.
        decision: id or name of a decision, a decision service or a knowledge model.
        inputs: input data by name, as JSON or FEEL values; of a service or a knowledge model its
            parameters. Inputs of an imported model stand in a context under the import's name, or,
            where there is none, beside the others. Never changed.
        now: the instant that now() and today() answer with, aware.
        fuel: how many steps all of it may take (see `app.feel.FUEL`).
        around: whether a decision also sees the inputs that it does not say it requires, as in
            Camunda 8; the specification says no.

    Raises:
        DmnError: `dmn:unknown-decision`.
        FeelError: out of fuel, too deep, too large, or asked for the time without an instant.
    """
    element = model.named(decision)
    if element is None:
        raise DmnError("dmn:unknown-decision", f"Modellen har ingen beslutning {decision!r}.")
    warnings: list[FeelWarning] = []
    run = Run({}, fuel, now, warnings)
    known = {name: from_json(value) for name, value in inputs.items()}
    session = _Session(model, known, run, {}, Frame(known, None, run) if around else None)
    try:
        value = settle(session.asked(element), run)
    except RecursionError:
        # The depth limits stop a decision long before, unless the caller is very deep already.
        raise FeelError("Beslutningen er for dyb.", code="feel:depth") from None
    matches = tuple(mark for mark in run.marks if isinstance(mark, Match))
    made = tuple(
        (mark.id, mark.value)
        for mark in run.marks
        if isinstance(mark, _Made) and mark.namespace == model.definitions.namespace
    )
    return Result(value, matches, tuple(warnings), made, fuel - run.fuel)


class _Session:
    """One evaluation of one model: its inputs, and what has been decided so far.

    Args:
        model: the model.
        inputs: input data by name.
        run: fuel, instant and notes.
        given: decisions and inputs whose values are given, by namespace and id: a service's parameters.
        outer: where decisions find names that they do not require; None for nowhere.
    """

    def __init__(
        self,
        model: Model,
        inputs: Mapping[str, Value],
        run: Run,
        given: Mapping[tuple[str, str], Value],
        outer: Frame | None = None,
    ) -> None:
        self._model = model
        self._inputs = inputs
        self._run = run
        self._given = given
        self._outer = outer
        self._known: dict[str, Value] = {}
        self._imported: dict[str, _Session] = {}
        self._busy: set[str] = set()

    def asked(self, element: Element) -> Value:
        """The value of what was asked for; a function is invoked with the inputs as its arguments."""
        if isinstance(element, DecisionService):
            return self._serve(element, self._inputs)
        if isinstance(element, KnowledgeModel):
            function = self._function(element)
            named = {name: self._inputs.get(name) for name in function.parameters or ()}
            return function.named(self._run, named)
        return self.value(element)

    def value(self, wanted: Element) -> Value:
        """An element's value; what it requires is decided first, without recursion in the graph."""
        if wanted.id in self._known:
            return self._known[wanted.id]
        path = [(wanted, iter(self._required(wanted)))]
        on = {wanted.id}
        while path:
            element, required = path[-1]
            undecided = (each for each in required if each.id not in self._known)
            following = next((each for each in undecided if each.id not in on), None)
            if following is not None:
                path.append((following, iter(self._required(following))))
                on.add(following.id)
                continue
            self._run.charge(10)
            self._known[element.id] = self._decided(element)
            on.discard(element.id)
            path.pop()
        return self._known[wanted.id]

    def _decided(self, element: Element) -> Value:
        """An element computed; null where it is being computed already: it requires itself."""
        if element.id in self._busy:
            return self._run.warn("dmn:cycle", f"{element.name!r} kræver sig selv.")
        self._busy.add(element.id)
        value = self._computed(element)
        self._busy.discard(element.id)
        return value

    def _required(self, element: Element) -> list[Element]:
        """What of this model must be decided before an element."""
        if not isinstance(element, Decision) or self._key(element) in self._given:
            return []
        self._run.charge(4 * len(element.requires))
        found = (self._model.resolve(href) for href in element.requires)
        return [each[2] for each in found if each is not None and each[1] is self._model]

    def _key(self, element: Element) -> tuple[str, str]:
        return self._model.definitions.namespace, element.id

    def _computed(self, element: Element) -> Value:
        key = self._key(element)
        if key in self._given:
            return self._given[key]
        match element:
            case InputData():
                return self._input(element)
            case Decision():
                self._run.enter(2)
                frame = Frame(self._scope(element), self._outer, self._run)
                self._run.types = self._model.checks
                value = self._model.decisions[element.id](frame)
                self._run.leave(2)
                if len(self._run.marks) < MAX_MATCHES:
                    self._run.marks.append(_Made(*key, value))
                return value
            case KnowledgeModel():
                return self._function(element)
            case DecisionService():
                return self._service_function(element)

    def _input(self, element: InputData) -> Value:
        if element.name not in self._inputs:
            self._run.warn("dmn:missing-input", f"Der er ingen {element.name!r} blandt input.")
            return None
        return coerce(
            self._inputs[element.name], self._model.kinds[element.id], self._run, element.id
        )

    def _scope(self, element: Element) -> dict[str, Value]:
        """The names that an element's logic may use, with their values."""
        names: dict[str, Value] = {}
        self._run.charge(6 * len(requirements(element)))
        for href in requirements(element):
            found = self._model.resolve(href)
            if found is None:
                continue
            alias, model, required = found
            session = self if model is self._model else self._other(alias, model)
            value = session.value(required)
            if not alias:
                names[required.name] = value
                continue
            space = names.setdefault(alias, {})
            if isinstance(space, dict):
                space[required.name] = value
        return names

    def _other(self, alias: str, model: Model) -> _Session:
        """The same evaluation in an imported model; its inputs stand under the import's name."""
        namespace = model.definitions.namespace
        if namespace not in self._imported:
            inner = self._inputs.get(alias) if alias else None
            inputs = {**self._inputs, **inner} if isinstance(inner, dict) else self._inputs
            self._imported[namespace] = _Session(model, inputs, self._run, self._given, self._outer)
        return self._imported[namespace]

    def _function(self, element: KnowledgeModel) -> Function:
        """A knowledge model as a function; it sees what it requires, and itself."""
        make = self._model.functions.get(element.id)
        if make is None:
            return _refusing(element.name)
        names = self._scope(element)
        function = make(Frame(names, None, self._run))
        names[element.name] = function
        return function

    def _parameters(
        self, service: DecisionService
    ) -> list[tuple[str, tuple[str, str], Element, Model]]:
        """A service's parameters in order: name, key, element and its model (§10.4: inputs first)."""
        found = [
            self._model.resolve(href) for href in (*service.input_data, *service.input_decisions)
        ]
        return [
            (element.name, (model.definitions.namespace, element.id), element, model)
            for each in found
            if each is not None
            for _, model, element in [each]
        ]

    def _service_function(self, service: DecisionService) -> Function:
        parameters = self._parameters(service)
        names = tuple(name for name, *_ in parameters)
        types = tuple(model.kinds[element.id].name for *_, element, model in parameters)

        def positional(run: Run, arguments: list[Value]) -> Value:
            if len(arguments) != len(names):
                return run.warn("feel:call", f"{service.name}() skal have {len(names)} argumenter.")
            return named(run, dict(zip(names, arguments, strict=True)))

        def named(run: Run, arguments: dict[str, Value]) -> Value:
            if not arguments.keys() <= set(names):
                return run.warn("feel:call", f"{service.name}(): argumenternes navne passer ikke.")
            run.charge(20)
            run.enter(20)
            value = self._serve(service, arguments, strict=True)
            run.leave(20)
            return value

        result = self._model.kinds[service.id].name
        return Function(service.name, names, positional, named, types, result)

    def _serve(
        self, service: DecisionService, arguments: Mapping[str, Value], *, strict: bool = False
    ) -> Value:
        """What a service decides from its arguments alone; `strict`: null where one does not conform."""
        given: dict[tuple[str, str], Value] = {}
        for name, key, element, model in self._parameters(service):
            value = arguments.get(name)
            given[key] = coerce(value, model.kinds[element.id], self._run, element.id)
            if strict and given[key] is None and value is not None:
                return None
        inner = _Session(self._model, {}, self._run, given)
        found = [self._model.resolve(href) for href in service.outputs]
        outputs: dict[str, Value] = {}
        for each in found:
            if each is not None:
                alias, model, element = each
                session = inner if model is self._model else inner._other(alias, model)
                outputs[element.name] = session.value(element)
        value = next(iter(outputs.values())) if len(found) == 1 and outputs else outputs
        return coerce(value, self._model.kinds[service.id], self._run, service.id)


def _refusing(name: str) -> Function:
    """A function that answers null: its logic is missing or not allowed."""

    def refuse(run: Run, _: object) -> Value:
        return run.warn("feel:call", f"{name}() har ingen logik, der kan køres her.")

    return Function(name, None, refuse, refuse)
