"""How the sample ministry's files are written: a module a format, each the same to the byte on every machine."""
