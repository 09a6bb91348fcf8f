"""What only genuine clouds need: the vendors' plugins, and the buckets, keys and roles of their state."""

from __future__ import annotations

from engine.plugins import plugins
from infra.errors import UsageError
from operations.doctor.check import Check, Finding


class Plugins(Check):
    """The vendors' plugins; a sandbox never uses them."""

    name = "plugins"

    def look(self) -> Finding:
        """Whether the versions are there that the program's SDKs ask for."""
        from operations.genuine.site import home

        wanted = plugins(home())
        absent = [f"{plugin.name} {plugin.version}" for plugin in wanted if not plugin.there]
        if absent:
            return self.ok(f"not installed: {', '.join(absent)}; genuine environments alone need them")
        return self.ok(", ".join(f"{plugin.name} {plugin.version}" for plugin in wanted))


class Backend(Check):
    """The state backend of genuine environments, as far as the caller's credentials can see it."""

    name = "backend"

    def look(self) -> Finding:
        """Every part as `distro backend init` makes it; without credentials nothing is asked."""
        from infra.backend import backend
        from operations.backend import examine

        place = backend()
        try:
            parts = examine()
        except UsageError as error:
            return self.ok(f"{place.bucket} was not looked at: {error.message}")
        bad = [f"{name} is {found.status}" for name, found in parts if found.status != "ready"]
        if bad:
            return self.warning("; ".join(bad), "An administrator of the account runs `distro backend init`.")
        return self.ok(f"{place.url}: {len(parts)} parts as they should be")
