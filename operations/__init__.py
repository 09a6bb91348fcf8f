"""What the commands do: each module one noun of the command line, joining the engine and the emulated clouds."""
