"""A component of a form as a value: what the file says, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from app.forms.draw import Draw
from app.forms.expression import NO_TEXT, Expression, Template
from app.forms.finding import Finding
from app.forms.pattern import Pattern

Json: TypeAlias = Any
"""None, bool, int, Decimal, str, list or dict with text keys."""

Path: TypeAlias = tuple[str | int, ...]
"""Where an answer is: keys, and row numbers from 0. Written with dots in names of inputs and errors."""


def dotted(path: Path) -> str:
    """Write a path as it stands in the name of an input: `goals.0.title`."""
    return ".".join(map(str, path))


class WrongTypeError(ValueError):
    """An answer that is not what its component takes; the text is a message with `{label}` in it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that can be chosen."""

    value: Json
    label: str
    hint: str = ""

    @property
    def text(self) -> str:
        """The value as an HTML attribute carries it."""
        return option_text(self.value)


def option_text(value: Json) -> str:
    """Write an option's value as text, one text for one value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Choices(Protocol):
    """Where pickers get their options from; upper floors implement it (users, citizens, legal bases, code lists)."""

    def options(self, picker: str, query: str, /) -> Sequence[tuple[str, str]]:
        """Return (value, label) pairs for a picker ("user", "code_list:themes" …), at most a screenful.

        `query` narrows them to what a person has typed; empty gives the first or the usual ones.
        """
        ...

    def label(self, picker: str, value: str, /) -> str | None:
        """Return the label of one value, or None where it may not be chosen."""
        ...

    def document(self, key: str, /) -> Mapping[str, Json] | None:
        """Return the reference of a document that a form may be filled in with, or None where there is none."""
        ...


class NoChoices:
    """No options at all: for forms without pickers."""

    def options(self, _picker: str, _query: str) -> Sequence[tuple[str, str]]:
        """Return nothing."""
        return ()

    def label(self, _picker: str, _value: str) -> None:
        """Return None: nothing may be chosen."""
        return

    def document(self, _key: str) -> None:
        """Return None: there are no documents."""
        return


Limits: TypeAlias = Mapping[str, Json]
"""Bounds that hold for one answer: `min`, `max`, `minLength`, `maxLength`; absent or None is no bound."""


@dataclass(frozen=True)
class Rules:
    """What `validate` says about an answer."""

    required: bool | Expression = False
    limits: Mapping[str, Json | Expression] = field(default_factory=dict)
    pattern: Pattern | None = None
    kind: str = ""

    @property
    def fixed(self) -> Limits:
        """The bounds that are the same for every answer."""
        return {k: v for k, v in self.limits.items() if not isinstance(v, Expression)}

    @property
    def computed(self) -> dict[str, Expression]:
        """The bounds that depend on other answers or variables."""
        return {k: v for k, v in self.limits.items() if isinstance(v, Expression)}


@dataclass(frozen=True)
class OptionSource:
    """Where a component's options come from: exactly one of these.

    Attributes:
        fixed: written in the file.
        variable: name of a variable that holds a list (`valuesKey`).
        computed: FEEL that gives a list (`valuesExpression`).
        picker: asked of `Choices`.
    """

    fixed: tuple[Option, ...] = ()
    variable: str = ""
    computed: Expression | None = None
    picker: str = ""


@dataclass(frozen=True)
class Properties:
    """Forløb's own custom `properties` of a component; see docs/forms.md."""

    sensitivity: str = "normal"
    area: str = ""
    picker: str = ""
    subject: str = ""
    own_words: bool = False
    appearance: str = ""
    format: str = ""
    autocomplete: str = ""
    required_message: str = ""
    valid_if: Expression | None = None
    valid_message: str = ""
    row_label: str = ""
    row_title: Template = NO_TEXT
    min_rows: int = 0
    max_rows: int = 100
    target: Expression | None = None
    previous: Expression | None = None


@dataclass(frozen=True)
class Component:
    """One component, with FEEL found and numbers read.

    Attributes:
        path: keys from the enclosing list (or the form) to the answer; of a group or a text: to where it stands.
        children: of a group or a dynamic list.
        line: components with the same line stand side by side (form-js `layout.row`).
        raw: the component as the file has it, for what only its own kind knows.
        question: `kind` again where it takes an answer, else None.
    """

    kind: Kind
    id: str
    path: tuple[str, ...]
    label: Template = NO_TEXT
    description: Template = NO_TEXT
    hide: Expression | None = None
    readonly: bool | Expression = False
    disabled: bool | Expression = False
    default: Json | Expression = None
    rules: Rules = Rules()
    options: OptionSource = OptionSource()
    properties: Properties = Properties()
    children: tuple[Component, ...] = ()
    line: str = ""
    raw: Mapping[str, Json] = field(default_factory=dict)
    question: Question | None = None

    @property
    def type(self) -> str:
        """The name of its type in the file."""
        return self.kind.type

    def walk(self) -> Iterator[Component]:
        """Yield this component and all inside it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Kind(Protocol):
    """What all types of component have."""

    @property
    def type(self) -> str:
        """The name in the file (`type`)."""
        ...

    def check(self, component: Component, /) -> Iterator[Finding]:
        """Yield what is wrong with a component of this type."""
        ...


class Question(Kind, Protocol):
    """A type of component that takes an answer."""

    @property
    def empty(self) -> Json:
        """The answer that says nothing: None, False or []."""
        ...

    @property
    def missing(self) -> str:
        """The message where an answer is required, with `{label}` in it."""
        ...

    def clean(self, component: Component, value: Json, /) -> Json:
        """Return a JSON answer in its one form; raise WrongTypeError. Never given None."""
        ...

    def problem(self, component: Component, value: Json, limits: Limits, /) -> str | None:
        """Return what is wrong with a clean, not empty answer, with `{label}` in it."""
        ...

    def read(self, component: Component, texts: Sequence[str], /) -> Json:
        """Return the answer in what a browser posted for it, or the text itself where it cannot be read."""
        ...

    def show(self, component: Component, value: Json, /) -> str:
        """Write an answer as it is typed."""
        ...

    def words(self, component: Component, value: Json, labels: Mapping[str, str], /) -> str:
        """Write an answer as it is read; `labels` has those of the options, by text."""
        ...

    def example(
        self, component: Component, draw: Draw, limits: Limits, options: Sequence[Option], /
    ) -> Json:
        """Return a valid answer where there is one."""
        ...

    def api(self, component: Component, /) -> dict[str, Json]:
        """Return the JSON Schema of an answer."""
        ...
