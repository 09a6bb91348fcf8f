"""docs/reference/environment.md, from the model of the environment specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra.environment import Environment, Shared, rules
from infra.environment.base import Range, Section
from infra.environment.describe import Meaning
from infra.environment.monitoring import UNITS
from infra.environment.rules import between

_INTRODUCTION = """\
# Environment specification

<!-- Made by `python -m tools.reference` from infra/environment/. Do not edit: change the model. -->

The values of an environment stand in `Pulumi.<env>.yaml` below `config: distro:environment:`; those that environments
share are the model's defaults. Sections are those of
[the document](../specification/environment-specifications.md), C-nn the resolutions in
[statements.yaml](../specification/statements.yaml).

- `distro spec check` reports every problem of all files in one run, as
  `file:line: path: what is wrong; what is allowed (section)`.
- `distro spec show ENV [PATH]` prints every value with the place where it is stated, and the open points.
- `distro spec diff ENV ENV` compares two environments.

`extends: dev` in a file lays its values on those of `Pulumi.dev.yaml`: mappings key by key, lists and single values as
a whole. Local is made so. Unknown keys, keys stated twice, YAML aliases and values of another type are refused; nothing
is converted.
"""


@dataclass(frozen=True)
class Row:
    """One setting of the reference."""

    path: str
    found: Meaning
    default: str
    part_of: str = ""

    def __str__(self) -> str:
        """A row of a Markdown table."""
        cells = (
            f"`{self.path}`",
            self.found.allowed(),
            self.default,
            self.found.section,
            f"{self.part_of} {self.found.text}".strip(),
        )
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page() -> str:
    """The whole reference page."""
    return "\n".join([_INTRODUCTION, *_environment(), *_shared(), *_alarms(), *_rules()]) + "\n"


def _environment() -> Iterator[str]:
    fields = {name: _field(Environment, name) for name in Environment.model_fields if name != "name"}
    single = {name: found for name, found in fields.items() if not (found.model or found.mapping)}
    yield "## The environment itself\n"
    yield from _table(row for name, found in single.items() for row in _rows(found, name, ...))
    for name, found in fields.items():
        if name in single:
            continue
        yield f"\n## `{name}`\n\n{found.text} Section {found.section}.\n"
        yield from _table(_rows(found, name, ...))


def _shared() -> Iterator[str]:
    yield f"\n## The stack `shared`\n\n{Shared.__doc__}\n"
    names = [name for name in Shared.model_fields if name != "name"]
    yield from _table(row for name in names for row in _rows(_field(Shared, name), name, ...))


def _table(rows: Iterable[Row]) -> Iterator[str]:
    yield "| key | allowed | default | section | meaning |"
    yield "|---|---|---|---|---|"
    yield from map(str, rows)


def _rows(found: Meaning, path: str, given: object, part_of: str = "") -> Iterator[Row]:
    """The settings at and below a path; `given` is the default that stands above, `...` where there is none."""
    default = found.default if given is ... and not found.required else given
    if model := found.model:
        for name in model.model_fields:
            below = getattr(default, name) if isinstance(default, Section) else ...
            yield from _rows(_field(model, name, found), f"{path}.{name}", below, found.text if model is Range else "")
    elif found.mapping and (below_mapping := found.child("")) is not None and below_mapping.model:
        yield from _rows(below_mapping, f"{path}.<name>", ...)
    else:
        yield Row(path, found, _shown(default), part_of)


def _field(model: type[Section], name: str, above: Meaning | None = None) -> Meaning:
    found = (above or Meaning(model)).child(name)
    if found is None:
        raise KeyError(name)
    return found


def _shown(default: object) -> str:
    if default is ...:
        return "(stated)"
    if default is None or default in ((), {}):
        return "none"
    if isinstance(default, tuple):
        return ", ".join(map(str, default))
    return str(default).lower() if isinstance(default, bool) else str(default)


def _alarms() -> Iterator[str]:
    yield "\n## Alarms and their units\n\n| alarm | unit |\n|---|---|"
    yield from (f"| `{name}` | {unit} |" for name, unit in UNITS.items())


def _rules() -> Iterator[str]:
    yield "\n## What must hold beyond single values\n\nIn each environment:\n"
    yield from (f"- {rule.__doc__}" for rule in rules.RULES)
    yield "\nBetween environments:\n"
    yield from (f"- {rule.__doc__}" for rule in between.RULES)
