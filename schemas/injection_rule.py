"""How a text is looked at for instructions to an AI: its three forms, and the rule that is tried on one of them."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Caution(StrEnum):
    """Why a passage is to be taken with caution."""

    INSTRUCTION = "instruction"
    ROLE_MARK = "role_mark"
    HIDDEN_TEXT = "hidden_text"
    EXFILTRATION = "exfiltration"
    ENCODED = "encoded"


_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_LOOK_ALIKE = dict(
    zip(
        "аеорсухіѕјһԁցɡӏкмтвнԛԝүαβεικνορτυχγ",
        "aeopcyxisjhdggikmtbhqwyabeiknoptuxy",
        strict=True,
    )
)
_MOST_REMEMBERED = 20_000


class _Folding(dict[int, str]):
    """Character → how it reads: NFKD without marks, lower case, look-alikes as Latin; nothing for what cannot be seen."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character if "가" <= character <= "힣" else _fold(character)
        # a hostile text can hold every character there is
        if len(self) < _MOST_REMEMBERED:
            self[code] = folded
        return folded


def _fold(character: str) -> str:
    if character in _BLANK_LETTERS:
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me", "Cs", "Co", "Cn"):
        return ""
    parts = (part for part in unicodedata.normalize("NFKD", character) if unicodedata.category(part) != "Mn")
    return "".join(_LOOK_ALIKE.get(part, part) for part in "".join(parts).lower())


_FOLDING = _Folding()
_NO_LETTERS = re.compile(r"[^0-9a-z가-힣]+")


@dataclass(frozen=True, slots=True)
class Shadows:
    """A text in the forms that rules look at."""

    raw: str
    plain: str
    compact: str


def shadows_of(text: str) -> Shadows:
    """The three forms of a text."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFC", text.translate(_FOLDING))
    plain = _NO_LETTERS.sub(" ", folded)
    return Shadows(text, plain, plain.replace(" ", ""))


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for in one form of a text.

    `anchors`: one of them must be there, or the expression is not tried. `then`: a second expression that must begin within
    `within` characters after the first ends.
    """

    caution: Caution
    form: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    then: re.Pattern[str] | None = None
    within: int = 60

    def holds(self, shadows: Shadows) -> bool:
        """Whether the rule finds something in a text."""
        text: str = getattr(shadows, self.form)
        if self.anchors and not any(anchor in text for anchor in self.anchors):
            return False
        if self.then is None:
            return self.pattern.search(text) is not None
        return self._is_followed(text, self.then)

    def _is_followed(self, text: str, then: re.Pattern[str]) -> bool:
        seconds = then.finditer(text)
        second = next(seconds, None)
        for first in self.pattern.finditer(text):
            while second is not None and second.start() < first.end():
                second = next(seconds, None)
            if second is None:
                return False
            if second.start() - first.end() <= self.within:
                return True
        return False
