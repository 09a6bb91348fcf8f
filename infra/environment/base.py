"""What every section of the specification is built from."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


@dataclass(frozen=True)
class Form:
    """What a text looks like, in words: people are shown this, not the pattern."""

    text: str


EnvironmentName = Literal["local", "dev", "staging", "prod"]
Severity = Literal["immediate", "warning"]
Days = Annotated[int, Field(ge=1, le=3650)]
Percent = Annotated[float, Field(ge=0, le=100)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
ClockTime = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Form('a time of day in quotes, "00:00" to "23:59"')
]
AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$"), Form("12 digits in quotes")]
RoleName = Annotated[str, Field(pattern=r"^[A-Za-z0-9+=,.@_-]{1,64}$"), Form("the name of a role, without its ARN")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$"), Form("an AWS region like us-east-1")]
Label = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40),
    Form("lower-case words joined by hyphens, at most 40 characters"),
]
Cidr = Annotated[
    str, Field(pattern=r"^10\.([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.0\.0/16$"), Form("10.N.0.0/16")
]
Domain = Annotated[
    str,
    Field(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", max_length=200),
    Form("a domain name like example.com"),
]


class Section(BaseModel):
    """A part of the specification: immutable, unknown keys refused, no value converted in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class Range(Section):
    """From `least` to `most`, both included."""

    least: int = Field(ge=0, description="Lower bound.")
    most: int = Field(ge=0, description="Upper bound.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least > self.most:
            raise ValueError(f"least ({self.least}) is above most ({self.most})")
        return self

    def __contains__(self, value: float) -> bool:
        """Whether `value` lies within the bounds."""
        return self.least <= value <= self.most


def setting(section: str, text: str, *, unit: str = "", form: str = "", default: Any = ..., **limits: Any) -> Any:
    """A field that knows its section of the specification document, its unit, and its form in words.

    Without `default` the value differs by environment and stands in Pulumi.<env>.yaml.
    """
    return Field(
        default, description=text, json_schema_extra={"section": section, "unit": unit, "form": form}, **limits
    )
