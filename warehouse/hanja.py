"""Readings of Chinese characters (한자): 國庫補助金 → 국고보조금, with the law of initial sounds both ways.

A character may have several readings and a word may begin anywhere in a run of them, so a run has candidates; which of
them is a word is for the analyser to say.
"""

import itertools
import re
from functools import cache
from pathlib import Path

from schemas.identity import digest_parts

RULES_VERSION = 1
RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
MOST_READ = 20
MOST_CANDIDATES = 16
_TABLE = Path(__file__).with_name("words") / "hanja.txt"
_SYLLABLES, _FINALS, _MEDIALS = 0xAC00, 28, 588
_NIEUN, _RIEUL, _IEUNG = 2, 5, 11
# Vowels that begin with the sound i: before them an initial ㄹ or ㄴ falls silent. The last four alone silence a ㄴ.
_IOTISED = {2, 3, 6, 7, 12, 17, 20}
_IOTISED_AFTER_NIEUN = {6, 12, 17, 20}
_FALLS_AFTER_VOWEL = {"렬", "률"}
_NO_FINAL, _FINAL_NIEUN = 0, 4


@cache
def table() -> dict[str, tuple[str, ...]]:
    """Character → its readings, the usual one first."""
    readings: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            names, characters = line.split("\t")
            readings.update(dict.fromkeys(characters, tuple(names.split())))
    return readings


@cache
def digest() -> str:
    """Changes with the readings and with the rules by which they are joined."""
    return digest_parts([RULES_VERSION, *(f"{character} {' '.join(names)}" for character, names in table().items())])


def candidates(run: str) -> list[str]:
    """How a run of Chinese characters may be read, the likeliest first by rule; none if a character has no reading.

    A run that is longer than `MOST_READ` characters is read in one way only.
    """
    known = table()
    if any(character not in known for character in run):
        return []
    many = len(run) <= MOST_READ
    choices: list[list[str]] = []
    for place, character in enumerate(run):
        names = known[character] if many else known[character][:1]
        before = choices[-1][0] if choices else ""
        found: list[str] = []
        for name in names:
            begun = soften(name)
            if place == 0:
                found.append(begun)
            elif name in _FALLS_AFTER_VOWEL:
                found.append(begun if _final(before) in (_NO_FINAL, _FINAL_NIEUN) else name)
            else:
                # 회계연도: a word begins inside the run, and nothing shows where.
                found += [name, begun] if many else [name]
        choices.append(list(dict.fromkeys(found)))
    return ["".join(read) for read in itertools.islice(itertools.product(*_narrowed(choices)), MOST_CANDIDATES)]


def soften(syllable: str) -> str:
    """A syllable as it is written at the beginning of a word (두음법칙): 례 → 예, 로 → 노, 녀 → 여."""
    code = ord(syllable) - _SYLLABLES
    initial, medial, rest = code // _MEDIALS, code // _FINALS % 21, code % _MEDIALS
    if initial == _RIEUL:
        initial = _IEUNG if medial in _IOTISED else _NIEUN
    elif initial == _NIEUN and medial in _IOTISED_AFTER_NIEUN:
        initial = _IEUNG
    return chr(_SYLLABLES + initial * _MEDIALS + rest)


def _final(syllable: str) -> int:
    return (ord(syllable) - _SYLLABLES) % _FINALS


def _narrowed(choices: list[list[str]]) -> list[list[str]]:
    """The choices with the last ones settled, so that no more than `MOST_CANDIDATES` readings come of them."""
    left, narrowed = MOST_CANDIDATES, []
    for names in choices:
        kept = names[: max(1, left)]
        left //= len(kept)
        narrowed.append(kept)
    return narrowed
