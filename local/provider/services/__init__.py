"""One emulated service a module; each lists its classes in `RESOURCES` and its functions in `INVOKES`."""
