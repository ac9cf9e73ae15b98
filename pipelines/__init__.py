"""When and with what it runs: the code location, the settings and the command."""
