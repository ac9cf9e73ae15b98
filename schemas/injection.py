"""Instructions to an AI that stand in a document: found however they are spaced or disguised, and only ever flagged.

Document text is data. Whoever writes into a file that an AI service will be shown can try to give it orders; what looks like
one is marked, so that a search can say so and a corpus for training can leave it out. Nothing is dropped or changed here.

A text is looked at in three forms: as it stands, *plain* (one width, one case, look-alike letters as Latin, what cannot be
seen gone, words parted by one space) and *compact* (plain without the spaces). Every rule is a regular expression of bounded
width, and rules that need two things near each other look for each once, so that the cost grows with the length alone.

What these rules know are the usual wordings in Korean and English. A new paraphrase passes unseen: a flag is a warning, and
no flag is no clearance.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from schemas.injection_english import english_rules
from schemas.injection_korean import korean_rules
from schemas.injection_rule import Caution, shadows_of
from schemas.injection_signs import sign_rules

RULES_VERSION = 1
"""Raised whenever a rule changes, so that every passage is looked at again."""

LABELS: dict[Caution, tuple[str, str]] = {
    Caution.INSTRUCTION: ("AI에 대한 지시로 보이는 글", "reads like an instruction to an AI"),
    Caution.ROLE_MARK: ("대화 역할 표시를 흉내 낸 글", "imitates the marks of a chat's roles"),
    Caution.HIDDEN_TEXT: ("보이지 않게 감춘 글자", "characters hidden from view"),
    Caution.EXFILTRATION: ("내용을 밖으로 빼내려는 링크나 요구", "a link or request that would carry content away"),
    Caution.ENCODED: ("부호로 감싼 지시", "an instruction wrapped in an encoding"),
}
"""Caution → its label in Korean and in English."""

_RULES = (*korean_rules(), *english_rules(), *sign_rules())
_ORDERS = tuple(rule for rule in _RULES if rule.caution in (Caution.INSTRUCTION, Caution.EXFILTRATION))
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{24,}={0,2}")
_HIDDEN_TAGS = re.compile("[\U000e0020-\U000e007e]+")


def find_cautions(text: str) -> list[str]:
    """The classes of `Caution` that a text falls into, sorted; empty for an ordinary text.

    Args:
        text: a passage as it is shown, of any length; the cost grows with the length alone.
    """
    shadows = shadows_of(text)
    found = {rule.caution for rule in _RULES if rule.holds(shadows)}
    if any(_is_order(decoded) for decoded in _decoded(text)):
        found.add(Caution.ENCODED)
    return sorted(str(caution) for caution in found)


def caution_label(name: str) -> tuple[str, str]:
    """The label of a class in Korean and in English; the name itself for one that is not known (of another version)."""
    try:
        return LABELS[Caution(name)]
    except ValueError:
        return name, name


def _is_order(text: str) -> bool:
    shadows = shadows_of(text)
    return any(rule.holds(shadows) for rule in _ORDERS)


def _decoded(text: str) -> Iterator[str]:
    """What Base64 runs and tag characters spell, where it is text."""
    for run in _BASE64.finditer(text):
        solid = run.group().rstrip("=").translate({ord("-"): "+", ord("_"): "/"})
        solid = solid[: len(solid) // 4 * 4] if len(solid) % 4 == 1 else solid + "=" * (-len(solid) % 4)
        try:
            yield base64.b64decode(solid, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
    for run in _HIDDEN_TAGS.finditer(text):
        yield "".join(chr(ord(character) - 0xE0000) for character in run.group())
