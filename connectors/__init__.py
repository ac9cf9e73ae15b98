"""How the outside becomes facts: sources fetch bytes, formats read bytes into elements. Knows no storage."""
