"""Values that never change, at the cost of a tuple: what a frozen dataclass says, made by msgspec.

    @record(frozen=True, slots=True)
    class Posting:
        account_id: str
        amount: Money

reads, checks and compares as ``dataclasses.dataclass`` with the same arguments does, and type
checkers take it for one. Made is a ``msgspec.Struct``, which fills its fields in C: a payment goes
through some hundred of such values, and giving each of their fields to ``object.__setattr__``, as a
frozen dataclass has to, took a sixth of all that the provider did. ``dataclasses.fields`` and the
functions built on it know them; ``replace`` here is the quick form of ``dataclasses.replace``.

    >>> @record(frozen=True, slots=True)
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> replace(Point(1), y=2)
    Point(x=1, y=2)
    >>> Point(1).x = 5
    Traceback (most recent call last):
    ...
    AttributeError: immutable type: 'Point'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import replace
else:
    from dataclasses import MISSING, dataclass, fields

    import msgspec
    from msgspec.structs import replace

    # Checkers read the dataclass above; the names of the arguments are the dataclass's own.
    # ruff: noqa: ANN001, ANN003, ANN201, ANN202, A002
    def record(*, frozen, slots, repr=True, **alike):
        """Make a class of unchanging values; ``TypeError`` unless it is frozen and has slots."""
        if not (frozen and slots):
            raise TypeError("a record is frozen and has slots")

        def made(described):
            return _struct(dataclass(frozen=True, repr=repr)(described), alike)

        return made

    def _struct(described, alike):
        if described.__bases__ != (object,):
            raise TypeError(f"{described.__name__}: a record inherits from nothing")
        known = fields(described)
        if not all(field.init and field.compare for field in known):
            raise TypeError(f"{described.__name__}: all fields of a record are given and compared")
        unlike = _OF_DATACLASSES.union(field.name for field in known)
        own = {name: value for name, value in vars(described).items() if name not in unlike}
        own.setdefault("__repr__", object.__repr__)  # what is not to be shown is not shown
        struct = msgspec.defstruct(
            described.__name__,
            [_field(field) for field in known],
            namespace=own,
            module=described.__module__,
            frozen=True,
            **alike,  # what both say by the same names: order, kw_only
        )
        struct.__dataclass_fields__ = described.__dataclass_fields__
        return struct

    def _field(field):
        if field.default_factory is not MISSING:
            return field.name, field.type, msgspec.field(default_factory=field.default_factory)
        if field.default is not MISSING:
            return field.name, field.type, msgspec.field(default=field.default)
        return field.name, field.type

    _OF_DATACLASSES = frozenset(
        {"__init__", "__eq__", "__hash__", "__setattr__", "__delattr__", "__dict__", "__weakref__"}
        | {"__dataclass_fields__", "__dataclass_params__", "__match_args__", "__annotations__"}
    )


__all__ = ["record", "replace"]
