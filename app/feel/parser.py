"""The grammar of FEEL (DMN 1.5 §10.3.1.2): from text to syntax tree, by precedence climbing.

From loose to tight: or, and, comparison (with `in` and `between`), + -, * /, **, unary minus,
`instance of`, and what follows a value (path, filter, invocation).
"""

from __future__ import annotations

from collections.abc import Callable

from app.feel.cursor import Cursor, Known, Spelling, spelled
from app.feel.errors import FeelError
from app.feel.nodes import (
    AllOf,
    AnyOf,
    Between,
    Call,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Negation,
    Node,
    Path,
    Power,
    Product,
    Sum,
    UnaryComparison,
    UnaryTests,
    measure,
)
from app.feel.primary import range_to, read_value
from app.feel.types import read_type

MAX_TREE_DEPTH = 100
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def parse_expression(text: str, names: Known, types: tuple[Spelling, ...] = ()) -> Node:
    """The syntax tree of an expression; raises FeelError.

    Args:
        text: the expression.
        names: known names of more than one token.
        types: names of types besides FEEL's own, longest first.
    """
    return _whole(Cursor(text, names, types), expression)


def parse_tests(text: str, names: Known, types: tuple[Spelling, ...] = ()) -> Node:
    """The syntax tree of unary tests, as in a cell of a decision table; raises FeelError."""
    return _whole(Cursor(text, names, types), unary_tests)


def _whole(at: Cursor, read: Callable[[Cursor], Node]) -> Node:
    """What `read` makes of the whole text, when it is not too deep."""
    try:
        tree = read(at)
        if at.token.kind != "end":
            raise at.error("Her skulle udtrykket slutte", at.nearest())
        if measure(tree)[1] > MAX_TREE_DEPTH:
            raise FeelError("Udtrykket er for dybt.", 0, code="feel:depth")
    except FeelError as error:
        raise error.at(at.text) from None
    return tree


def expression(at: Cursor) -> Node:
    """Any expression."""
    at.deeper()
    tree = _any_of(at)
    at.higher()
    return tree


def _any_of(at: Cursor) -> Node:
    first = _all_of(at)
    if not at.is_word("or"):
        return first
    items = [first]
    while at.accept("or"):
        items.append(_all_of(at))
    return AnyOf(first.position, tuple(items))


def _all_of(at: Cursor) -> Node:
    first = _comparison(at)
    if not at.is_word("and"):
        return first
    items = [first]
    while at.accept("and"):
        items.append(_comparison(at))
    return AllOf(first.position, tuple(items))


def _comparison(at: Cursor) -> Node:
    left = chain(at)
    while True:
        position = at.token.start
        if at.is_op(*COMPARISONS):
            operator = at.step().text
            left = Comparison(position, operator, left, chain(at))
        elif at.accept("between"):
            low = chain(at)
            at.expect("and")
            left = Between(position, left, low, chain(at))
        elif at.accept("in"):
            left = In(position, left, _in_tests(at))
        else:
            return left


def _in_tests(at: Cursor) -> tuple[Node, ...]:
    """What stands after `in`: one test, or several in parentheses."""
    if not at.is_op("("):
        return (_test(at, chain),)
    position = at.step().start
    with at.enclosed():
        tests = [_test(at, expression)]
        if at.accept(".."):
            return (range_to(at, expression, position, tests[0], start_included=False),)
        while at.accept(","):
            tests.append(_test(at, expression))
    at.expect(")")
    return tuple(tests)


def _test(at: Cursor, value: Callable[[Cursor], Node]) -> Node:
    """A positive unary test: a comparison with the input, or a value."""
    position = at.token.start
    if at.is_op(*COMPARISONS):
        operator = at.step().text
        return UnaryComparison(position, operator, chain(at))
    return value(at)


def unary_tests(at: Cursor) -> Node:
    """A whole cell: `-`, `not(tests)`, or tests with commas between."""
    if at.is_op("-") and at.peek().kind == "end":
        at.step()
        return UnaryTests(0, (), False)
    negated = _is_negated(at)
    if negated:
        at.step()
        at.step()
    tests = [_test(at, expression)]
    while at.accept(","):
        tests.append(_test(at, expression))
    if negated:
        at.expect(")")
    return UnaryTests(0, tuple(tests), negated)


def _is_negated(at: Cursor) -> bool:
    """Whether the text is `not( … )` as a whole: its first parenthesis closes at its end."""
    if not (at.is_word("not") and at.peek().text == "("):
        return False
    depth = 0
    for token in at.tokens[:-2]:
        if token.kind == "op" and token.text in "()":
            depth += 1 if token.text == "(" else -1
            if depth == 0:
                return False
    return True


def chain(at: Cursor) -> Node:
    """A chain of + and -, and all that binds tighter."""
    first = _product(at)
    operators: list[str] = []
    rest: list[Node] = []
    while at.is_op("+", "-"):
        operators.append(at.step().text)
        rest.append(_product(at))
    return Sum(first.position, first, tuple(operators), tuple(rest)) if rest else first


def _product(at: Cursor) -> Node:
    first = _power(at)
    operators: list[str] = []
    rest: list[Node] = []
    while at.is_op("*", "/"):
        operators.append(at.step().text)
        rest.append(_power(at))
    return Product(first.position, first, tuple(operators), tuple(rest)) if rest else first


def _power(at: Cursor) -> Node:
    left = _unary(at)
    while at.is_op("**"):
        position = at.step().start
        left = Power(position, left, _unary(at))
    return left


def _unary(at: Cursor) -> Node:
    signs: list[int] = []
    while at.is_op("-"):
        signs.append(at.step().start)
    operand = _instance(at)
    for position in reversed(signs):
        operand = Negation(position, operand)
    return operand


def _instance(at: Cursor) -> Node:
    value = _followed(at, read_value(at, expression))
    while at.is_word("instance") and at.peek().text == "of":
        position = at.step().start
        at.step()
        value = InstanceOf(position, value, read_type(at))
    return value


def _followed(at: Cursor, value: Node) -> Node:
    """A value and the paths, filters and invocations after it."""
    while True:
        position = at.token.start
        if at.accept("."):
            value = Path(position, value, at.name(entry=True))
        elif at.is_op("[") and not at.closes_range():
            at.step()
            value = Filter(position, value, _enclosed(at))
            at.expect("]")
        elif at.is_op("("):
            value = _call(at, value)
        else:
            return value


def _call(at: Cursor, function: Node) -> Node:
    position = at.step().start
    names: list[str] = []
    arguments: list[Node] = []
    while not at.is_op(")"):
        if arguments:
            at.expect(",")
        if _names_argument(at):
            names.append(spelled(at.declared_name(":")))
            at.step()
        arguments.append(_enclosed(at))
    at.step()
    if names and len(names) != len(arguments):
        raise FeelError("Enten har alle argumenter navn, eller også har ingen.", position)
    if len(set(names)) != len(names):
        raise FeelError("Et argument er givet to gange.", position)
    return Call(function.position, function, tuple(arguments), tuple(names) if names else None)


def _names_argument(at: Cursor) -> bool:
    """Whether words up to a colon stand here: `start position: 2`."""
    ahead = 0
    while at.peek(ahead).kind in ("name", "escaped"):
        ahead += 1
    return ahead > 0 and at.peek(ahead).text == ":"


def _enclosed(at: Cursor) -> Node:
    """An expression in brackets of its own."""
    with at.enclosed():
        return expression(at)
