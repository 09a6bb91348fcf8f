"""Pulumi's engine under the Automation API's protocol: toolchain, program host, stack, events, operation."""
