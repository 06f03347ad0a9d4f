"""Records are values: made whole, never changed, equal by what they hold; and quick to make."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import Any

import msgspec
import pytest

from ledger.protocol.records import record, replace


@record(frozen=True, slots=True)
class Parcel:
    """What is sent."""

    number: int
    label: str = "plain"
    secret: bytes = field(default=b"", repr=False)
    stops: tuple[str, ...] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("a number counts")

    @property
    def title(self) -> str:
        """How it is called."""
        return f"{self.label} {self.number}"


@record(frozen=True, slots=True, repr=False)
class Hidden:
    """What nobody is to see in a log."""

    key: bytes


def test_a_record_is_a_struct_which_is_what_makes_it_quick() -> None:
    assert issubclass(Parcel, msgspec.Struct)
    assert Parcel(4, "red").title == "red 4"


@pytest.mark.parametrize("name", ["number", "unknown"])
def test_nothing_of_a_record_can_be_set_or_deleted(name: str) -> None:
    parcel: Any = Parcel(1)
    with pytest.raises(AttributeError):
        setattr(parcel, name, 2)
    with pytest.raises((AttributeError, TypeError)):
        delattr(parcel, name)
    assert parcel == Parcel(1)


def test_records_are_equal_and_hashed_by_what_they_hold() -> None:
    assert {Parcel(1), Parcel(1), Parcel(2)} == {Parcel(1), Parcel(2)}
    assert Parcel(1) != Parcel(1, secret=b"x")
    values: object = (1, "plain", b"", ())
    assert Parcel(1) != values


def test_what_is_not_to_be_shown_is_in_no_text_of_a_record() -> None:
    assert repr(Parcel(1, secret=b"hidden")) == "Parcel(number=1, label='plain', stops=())"
    assert "hidden" not in f"{Hidden(b'hidden')} {Hidden(b'hidden')!r}"


def test_a_changed_copy_keeps_the_rest_and_is_checked_as_a_new_one() -> None:
    for changed in (replace, dataclasses.replace):
        assert changed(Parcel(1, stops=("Kiel",)), number=2) == Parcel(2, stops=("Kiel",))
        with pytest.raises(ValueError, match="a number counts"):
            changed(Parcel(1), number=-1)


def test_what_is_built_on_dataclasses_knows_records() -> None:
    assert [each.name for each in dataclasses.fields(Parcel)] == [
        "number",
        "label",
        "secret",
        "stops",
    ]
    assert dataclasses.asdict(Hidden(b"k")) == {"key": b"k"}
    assert msgspec.convert({"number": 3}, Parcel) == Parcel(3)


def test_what_a_record_would_not_keep_is_refused_where_it_is_written() -> None:
    made: Any = record
    with pytest.raises(TypeError, match="frozen and has slots"):
        made(frozen=False, slots=True)
    with pytest.raises(TypeError, match="inherits from nothing"):
        made(frozen=True, slots=True)(type("Heir", (Exception,), {}))
    uncompared = type("Uncompared", (), {"__annotations__": {"it": "int"}})
    uncompared.it = field(compare=False)  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="given and compared"):
        made(frozen=True, slots=True)(uncompared)
