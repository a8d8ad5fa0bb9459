"""Every word of the pages has an English one beside it."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

WEB = Path(__file__).parents[2] / "app" / "web"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def words() -> set[str | tuple[str, ...]]:
    """Return the messages that templates and views mark for translation."""
    found = extract_from_dir(WEB, method_map=METHODS, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if message}


def test_the_words_are_found() -> None:
    assert {"Log af", ("%(num)s dag over", "%(num)s dage over")} <= words()


def english() -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    """Return the English words by the Danish ones."""
    with (WEB / "translations/en/LC_MESSAGES/messages.po").open("rb") as text:
        return {message.id: message.string for message in read_po(text, locale="en") if message.id}


def test_every_word_has_an_english_one() -> None:
    known = english()
    missing = [word for word in words() if not known.get(word) or not all(known[word])]
    assert sorted(map(str, missing)) == [], "run `make words` and fill in the English"


def test_no_english_word_is_left_without_a_danish_one() -> None:
    left = english().keys() - words()
    assert sorted(map(str, left)) == [], "take them out of messages.po"


def test_no_template_that_is_imported_translates_anything_while_it_is_imported() -> None:
    """Jinja imports a template once: the language of whoever came first would be everybody's."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    trees = {
        str(path.relative_to(WEB / "templates")): environment.parse(path.read_text())
        for path in (WEB / "templates").rglob("*.html")
    }
    imported = {
        node.template.value
        for tree in trees.values()
        for node in tree.find_all((nodes.FromImport, nodes.Import))
        if isinstance(node.template, nodes.Const)
    }
    assert "courses/goal.html" in imported
    early = []
    for name in sorted(imported):
        for node in trees[name].body:
            if isinstance(node, nodes.Macro):
                continue  # its words are looked up when it is called
            called = (call.node for call in node.find_all(nodes.Call))
            if any(isinstance(one, nodes.Name) and one.name == "_" for one in called):
                early.append(f"{name}:{node.lineno}")
    assert early == []
