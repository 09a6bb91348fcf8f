"""The layers of an environment: each wires the components of some systems, on the layers below it."""
