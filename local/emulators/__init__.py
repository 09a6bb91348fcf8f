"""The emulators: pure functions that build what `local.process` runs, one emulator a module."""
