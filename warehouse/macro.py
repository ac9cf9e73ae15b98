"""What a macro of a serving file is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro of a serving file.

    Attributes:
        name: what it is called by.
        parameters: their names.
        body: an expression, or a SELECT where it is a table.
        meaning: what it gives, in Korean.
        example: a statement that uses it.
        is_table: whether it is used after FROM.
    """

    name: str
    parameters: tuple[str, ...]
    body: str
    meaning: str
    example: str
    is_table: bool = False

    @property
    def signature(self) -> str:
        """The macro as it is called."""
        return f"{self.name}({', '.join(self.parameters)})"
