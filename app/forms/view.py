"""What a page shows of a form: plain values for the templates in web/templates/forms, nothing left to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class OptionView:
    """One option; `marks` stand under it on a scale: "last", "target"."""

    id: str
    value: str
    label: str
    hint: str = ""
    chosen: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileView:
    """One document of an answer; `size` in words, `path` is where it is fetched."""

    id: str
    key: str
    name: str
    size: str
    sha256: str
    path: str


@dataclass(frozen=True)
class FieldView:
    """One question.

    Attributes:
        template: the partial that draws it: forms/<template>.html.
        name: of its input; what `_seen`, errors and `DomainError.fields` call it.
        id: of its input, or of what stands for it; `focus` is where an error link goes.
        hint: help text. note: "required" or "optional", where that is the exception in this form.
        text: the answer as it is typed; `said`: as it is read.
        previous: the earlier answer to the same question, as it is read.
        locked: shown, not asked.
        attributes: of the input: inputmode, autocomplete, maxlength …
    """

    template: str
    name: str
    id: str
    focus: str
    label: str
    hint: str = ""
    note: str = ""
    required: bool = False
    error: str = ""
    text: str = ""
    said: str = ""
    previous: str = ""
    options: tuple[OptionView, ...] = ()
    files: tuple[FileView, ...] = ()
    checked: bool = False
    locked: bool = False
    own_words: bool = False
    sensitivity: str = "normal"
    unit: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def described_by(self) -> str:
        """Ids for aria-describedby, in reading order."""
        ids = [
            (self.hint, f"{self.id}-hint"),
            (self.previous, f"{self.id}-previous"),
            (self.error, f"{self.id}-error"),
        ]
        return " ".join(name for text, name in ids if text)


@dataclass(frozen=True)
class TextView:
    """Words from the designer, as safe HTML."""

    html: str
    template: str = "text"


@dataclass(frozen=True)
class SeparatorView:
    """A line."""

    template: str = "separator"


@dataclass(frozen=True)
class TableView:
    """Rows to read."""

    label: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    template: str = "table"


@dataclass(frozen=True)
class ImageView:
    """A picture of this site; `source` is empty for one that is not shown, then its words are."""

    source: str
    words: str
    template: str = "image"


@dataclass(frozen=True)
class DocumentsView:
    """Documents to fetch: name and path; a path is empty for one that lies elsewhere."""

    label: str
    links: tuple[tuple[str, str], ...]
    template: str = "documents"


@dataclass(frozen=True)
class LineView:
    """Components side by side."""

    items: tuple[Item, ...]
    template: str = "line"


@dataclass(frozen=True)
class GroupView:
    """A section with a heading; `own_words`: the heading is what the citizen said."""

    id: str
    label: str
    items: tuple[Item, ...]
    hint: str = ""
    own_words: bool = False
    template: str = "group"


@dataclass(frozen=True)
class RowView:
    """One row of a list, numbered from 1; `title` is its heading, or empty."""

    name: str
    id: str
    number: int
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class ListView:
    """Rows; `row_name` is what one of them is called."""

    name: str
    id: str
    label: str
    rows: tuple[RowView, ...]
    hint: str = ""
    error: str = ""
    row_name: str = ""
    addable: bool = False
    removable: bool = False
    own_words: bool = False
    template: str = "dynamiclist"


Item: TypeAlias = (
    FieldView
    | TextView
    | SeparatorView
    | TableView
    | ImageView
    | DocumentsView
    | LineView
    | GroupView
    | ListView
)


@dataclass(frozen=True)
class ErrorView:
    """One line of the error summary."""

    target: str
    message: str


@dataclass(frozen=True)
class FormView:
    """A whole form.

    Attributes:
        errors: for the summary, in document order.
        readonly: shown as it was filled in; nothing can be posted.
        focus: name of the row that has just been added (`Filled.focus`; put there with `dataclasses.replace`).
        deciding: names of answers that may bring up other questions (`Form.deciding`).
    """

    id: str
    items: tuple[Item, ...]
    errors: tuple[ErrorView, ...] = ()
    readonly: bool = False
    focus: str | None = None
    deciding: tuple[str, ...] = ()
