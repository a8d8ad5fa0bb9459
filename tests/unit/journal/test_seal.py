"""Sealing in parts: what goes in comes out, each part with its own key, bound to its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from app import canonical
from app.journal import DataKey, Erased, has_erased, pointer
from app.journal.seal import owner_of, seal, unseal

KEYS = {
    name: DataKey(number, name, bytes([number]) * 32)
    for number, name in enumerate(["course:1", "citizen:1", "citizen:2"])
}
PLACE = ("course:1", 4)


def key(key_id: int) -> DataKey | None:
    return next(found for found in KEYS.values() if found.id == key_id)


def without(*subjects: str) -> Any:
    return lambda key_id: None if key(key_id).subject in subjects else key(key_id)


leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)
payloads = st.dictionaries(st.text(), values)


def places_in(value: Any, path: str = "") -> list[str]:
    """Return a pointer to everything in a value but the value itself."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found = []
    for step, inner in items:
        here = path + pointer.to(step)
        found += [here, *places_in(inner, here)]
    return found


@given(payload=payloads, data=st.data())
def test_any_payload_comes_back_whoever_s_its_parts_are(payload: Any, data: st.DataObject) -> None:
    stored = canonical.loads(canonical.dumps(payload))
    pointers = places_in(stored)
    subjects = data.draw(
        st.dictionaries(st.sampled_from(pointers), st.sampled_from(sorted(KEYS)))
        if pointers
        else st.just({})
    )
    owner = data.draw(st.sampled_from(["course:1", None]))

    envelope = seal(payload, subjects, owner, PLACE, KEYS)

    assert unseal(envelope, PLACE, key) == (stored, frozenset())


def test_the_payload_that_was_given_is_left_alone() -> None:
    payload = {"a": {"b": [1, 2]}}
    seal(payload, {"/a/b/0": "citizen:1"}, "course:1", PLACE, KEYS)
    assert payload == {"a": {"b": [1, 2]}}


def test_an_erased_part_takes_what_is_inside_it_along() -> None:
    """Given a part of one person inside a part of another, when the outer one is erased, then both are gone."""
    payload = {"home": {"child": {"says": "x"}, "street": "y"}, "n": Decimal("0.1")}
    subjects = {"/home": "citizen:1", "/home/child": "citizen:2"}
    envelope = seal(payload, subjects, "course:1", PLACE, KEYS)

    whole, _ = unseal(envelope, PLACE, key)
    inner_gone, _ = unseal(envelope, PLACE, without("citizen:2"))
    outer_gone, erased = unseal(envelope, PLACE, without("citizen:1"))

    assert whole == payload
    assert inner_gone["home"] == {"child": Erased("citizen:2"), "street": "y"}
    assert outer_gone == {"home": Erased("citizen:1"), "n": Decimal("0.1")}
    assert erased == {"citizen:1"}


def test_a_payload_in_the_clear_keeps_its_sealed_parts() -> None:
    envelope = seal({"a": 1, "b": "hemmelig"}, {"/b": "citizen:1"}, None, PLACE, KEYS)
    assert "hemmelig" not in envelope
    assert unseal(envelope, PLACE, without("citizen:1"))[0] == {"a": 1, "b": Erased("citizen:1")}


def test_a_part_has_a_subject_a_key_a_nonce_and_a_ciphertext() -> None:
    envelope = canonical.loads(seal({"a": 1}, {}, "course:1", PLACE, KEYS))
    (part,) = envelope["parts"]
    assert sorted(part) == ["ciphertext", "key", "nonce", "subject"]
    assert (part["subject"], part["key"]) == ("course:1", 0)


def test_the_same_payload_never_seals_to_the_same_bytes() -> None:
    sealed = {seal({"a": 1}, {}, "course:1", PLACE, KEYS) for _ in range(3)}
    assert len(sealed) == 3


@pytest.mark.parametrize("place", [("course:1", 5), ("course:2", 4)])
def test_a_part_opens_only_in_its_place(place: tuple[str, int]) -> None:
    envelope = seal({"a": 1}, {}, "course:1", PLACE, KEYS)
    with pytest.raises(InvalidTag):
        unseal(envelope, place, key)


@pytest.mark.parametrize(
    "path", ["", "a", "/b", "/a/x", "/list/2", "/list/-1", "/list/-", "/a/b/c"]
)
def test_a_pointer_that_leads_nowhere_is_a_bug(path: str) -> None:
    payload = {"a": {"b": 1}, "list": [1, 2]}
    with pytest.raises(LookupError):
        seal(payload, {path: "citizen:1"}, "course:1", PLACE, KEYS)


def test_steps_are_escaped_in_a_pointer() -> None:
    envelope = seal(
        {"a/b": {"~": 1}}, {pointer.to("a/b", "~"): "citizen:1"}, "course:1", PLACE, KEYS
    )
    assert unseal(envelope, PLACE, without("citizen:1"))[0] == {"a/b": {"~": Erased("citizen:1")}}


@pytest.mark.parametrize("value", [0.5, {1: 2}, {"~d": "1"}, object()])
def test_what_is_not_json_is_a_bug(value: Any) -> None:
    with pytest.raises(ValueError, match=r"stored|is not JSON"):
        seal({"a": value}, {}, "course:1", PLACE, KEYS)


@pytest.mark.parametrize(
    ("stream", "owner", "expected"),
    [
        ("course:1", "", "course:1"),
        ("plan:1", "citizen:7", "citizen:7"),
        ("definition:youth", "", None),
        ("definition:youth", "citizen:7", "citizen:7"),
    ],
)
def test_who_owns_what_nobody_else_does(stream: str, owner: str, expected: str | None) -> None:
    assert owner_of(stream, owner) == expected


def test_erased_is_found_however_deep() -> None:
    assert has_erased(Erased("citizen:1"))
    assert has_erased({"a": [{"b": Erased("citizen:1")}]})
    assert not has_erased({"a": [{"b": "Erased"}]})
