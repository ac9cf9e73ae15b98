"""Formats read bytes into elements: one module a format, offering `FORMAT`. They run inside the sandbox only."""
