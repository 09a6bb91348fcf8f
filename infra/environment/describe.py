"""What the model says about its fields, in words: for problems, `spec show` and the reference."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from infra.environment.base import Form, Section

_SCALARS = {bool: "true or false", str: "text", date: "a date, YYYY-MM-DD"}


@dataclass(frozen=True)
class Meaning:
    """A place of the specification: its type, its limits, and the nearest field that names a section."""

    kind: Any
    limits: tuple[Any, ...] = ()
    text: str = ""
    section: str = ""
    unit: str = ""
    form: str = ""
    required: bool = False
    default: Any = None

    def child(self, key: str | int) -> Meaning | None:
        """What stands below, under a key or an index; None where the model knows nothing of the kind."""
        kind = self.plain.kind
        if model := self.model:
            field = model.model_fields.get(str(key))
            return of_field(field, self) if field else None
        if get_origin(kind) is tuple:
            return self.below(get_args(kind)[0])
        return self.below(get_args(kind)[1]) if self.mapping else None

    @property
    def model(self) -> type[Section] | None:
        """The part of the specification that stands here, if one does."""
        kind = self.plain.kind
        return kind if isinstance(kind, type) and issubclass(kind, Section) else None

    @property
    def mapping(self) -> bool:
        """Whether settings stand here by name."""
        origin = get_origin(self.plain.kind)
        return isinstance(origin, type) and issubclass(origin, Mapping)

    @property
    def keys(self) -> Meaning:
        """What the keys of a mapping look like."""
        return self.below(get_args(self.plain.kind)[0])

    @property
    def plain(self) -> Meaning:
        """Itself without `| None` and without annotations, whose limits it takes on."""
        kind, limits = self.kind, self.limits
        while True:
            if get_origin(kind) is Annotated:
                kind, *more = get_args(kind)
                limits = (*limits, *_flat(more))
            elif get_origin(kind) in {Union, types.UnionType}:
                kind = next(member for member in get_args(kind) if member is not type(None))
            else:
                return Meaning(kind, limits, self.text, self.section, self.unit, self.form, self.required, self.default)

    @property
    def optional(self) -> bool:
        """Whether null is allowed."""
        return type(None) in get_args(self.kind)

    def names(self) -> tuple[str, ...]:
        """The keys that may stand here, where they are known."""
        if model := self.model:
            return tuple(model.model_fields)
        if self.mapping and get_origin(self.keys.kind) is Literal:
            return tuple(map(str, get_args(self.keys.kind)))
        return ()

    def allowed(self) -> str:
        """What is allowed here, in words."""
        plain = self.plain
        text = plain.form or next((limit.text for limit in plain.limits if isinstance(limit, Form)), "") or _of(plain)
        return f"{text}, or null" if self.optional else text

    def below(self, kind: Any) -> Meaning:
        """A part of what stands here, of another type."""
        return Meaning(kind, (), self.text, self.section, self.unit)


def of_field(field: FieldInfo, above: Meaning) -> Meaning:
    """The meaning of a model's field; it has the section and unit of what is above where it names none."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Meaning(
        field.annotation,
        tuple(field.metadata),
        field.description or "",
        str(extra.get("section", above.section)),
        str(extra.get("unit", above.unit)),
        str(extra.get("form", "")),
        field.is_required(),
        None if field.is_required() else field.default,
    )


def meaning(model: type[Section], place: Sequence[str | int]) -> Meaning:
    """The meaning of a place, or of the innermost one on the way to it that the model knows."""
    found = Meaning(model)
    for key in place:
        child = found.child(key)
        if child is None:
            break
        found = child
    return found


def _of(plain: Meaning) -> str:
    kind = plain.kind
    if get_origin(kind) is Literal:
        return _choice([str(value) for value in get_args(kind)])
    if kind in {int, float}:
        return _number(plain)
    if plain.model:
        return "a mapping with " + ", ".join(plain.names())
    if get_origin(kind) is tuple:
        return f"a list{_size(plain)} of: {plain.below(get_args(kind)[0]).allowed()}"
    if plain.mapping:
        return f"a mapping{_size(plain)} by {plain.keys.allowed()}"
    return _SCALARS.get(kind, "text")


def _choice(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _number(plain: Meaning) -> str:
    least, most, step = (_limit(plain, name) for name in ("ge", "le", "multiple_of"))
    text = "a whole number" if plain.kind is int else "a number"
    if least is not None and most is not None:
        text = f"{least:g} to {most:g}" if abs(most) < 1e6 else f"{least} to {most}"  # noqa: PLR2004  (:g shortens)
    elif least is not None:
        text += f" from {least}"
    unit = f" {plain.unit}" if plain.unit and plain.unit != "%" else plain.unit
    return text + unit + (f" in steps of {step}" if step else "")


def _size(plain: Meaning) -> str:
    return " (not empty)" if _limit(plain, "min_length") else ""


def _limit(plain: Meaning, name: str) -> Any:
    found = (getattr(limit, name, None) for limit in plain.limits)
    return next((value for value in found if value is not None), None)


def _flat(limits: Sequence[Any]) -> Iterator[Any]:
    for limit in limits:
        yield from limit.metadata if isinstance(limit, FieldInfo) else (limit,)
