"""Sources fetch bytes: one module a kind of place, offering `SOURCE`."""
