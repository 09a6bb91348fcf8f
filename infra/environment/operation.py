"""How an environment is run: availability, hours, maintenance, promotion (sections 0.2, 1.1, 1.2 and 9.1)."""

from typing import Literal

from infra.environment.base import ClockTime, Percent, Section, Text, setting

Role = Literal["team-lead", "product-manager", "engineering-lead", "on-call"]
Suite = Literal["unit", "integration", "regression"]
NEW_YORK = "America/New_York"


class Availability(Section):
    """The availability target and when it is measured."""

    target: Percent = setting("0.2", "Target.", unit="%")
    measured: Literal["outside-maintenance", "business-hours"] = setting(
        "0.2",
        "Over which time: production outside announced windows (C-04), the others in business hours (C-07).",
        default="business-hours",
    )


class BusinessHours(Section):
    """When the environment runs, every day (C-10). Outside of them it is shut down (section 7.2)."""

    opens: ClockTime = setting("1.1", "Opening time; 24-hour clock.", unit="HH:MM")
    closes: ClockTime = setting("1.1", "Closing time; 24-hour clock.", unit="HH:MM")
    time_zone: Literal["America/New_York"] = setting(
        "1.1", "The document's EST, read as New York's time with its clock changes (C-10).", default=NEW_YORK
    )
    shutdown: bool = setting("7.2", "Whether resources are stopped outside business hours.", default=True)


class Window(Section):
    """A maintenance window on the first such weekday of the month (C-11)."""

    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = setting(
        "9.1", "Weekday."
    )
    week: Literal["first"] = setting("9.1", "Which of the month's.", default="first")
    opens: ClockTime = setting("9.1", "Opening time; 24-hour clock.", unit="HH:MM")
    closes: ClockTime = setting("9.1", "Closing time; 24-hour clock, not included.", unit="HH:MM")
    time_zone: Literal["America/New_York"] = setting(
        "9.1", "The document's EST, read as New York's time with its clock changes (C-10).", default=NEW_YORK
    )


class Emergency(Section):
    """The way to change production outside its window."""

    approvals: tuple[Role, ...] = setting("9.1", "Who authorizes it, each a different person.", min_length=1)
    notice_minutes: int = setting("9.1", "Least time between notice and change.", unit="minutes", ge=0, le=1440)


class Maintenance(Section):
    """When the environment may be maintained."""

    window: Window | None = setting("9.1", "The window; none: at any time.", default=None)
    frequency: Literal["monthly", "weekly", "daily"] = setting("9.1", "How often, or as needed below production.")
    activities: tuple[Text, ...] = setting("9.1", "What it is for.", min_length=1)
    notify_team: bool = setting("9.1", "Whether the team is told beforehand (1.1 and 9.1, C-15).", default=True)
    rollback_plan: bool = setting("9.1", "Whether each change needs a rollback plan.", default=False)
    emergency: Emergency | None = setting("9.1", "The emergency path; none: not needed.", default=None)


class Promotion(Section):
    """What brings a release into this environment."""

    source: Literal["local", "dev", "staging"] = setting("1.2", "The environment that the release comes from.")
    trigger: Literal["commit-to-feature-branch", "merge-to-staging-branch", "release-approval"] = setting(
        "1.2", "What opens the promotion."
    )
    branch: Text | None = setting(
        "1.2",
        "The branch that the commit must be on; none: any (dev), or the staged digest (prod, C-16).",
        default=None,
    )
    approvals: tuple[Role, ...] = setting("1.2", "Who approves, each a different person.", default=())
    suites: tuple[Suite, ...] = setting("1.2", "Suites that must have passed for the release.", min_length=1)
