"""Korean text → the words it is found by: content morphemes, compounds beside their parts, and codes in one piece.

Documents and queries go through the same analyser, and the vector table remembers its fingerprint: an index that was
analysed otherwise finds nothing and says nothing, so it is refused instead.
"""

import importlib.metadata
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from schemas.identity import digest_parts
from schemas.identity import fingerprint as make_fingerprint

RULES_VERSION = 1
MAX_TOKEN = 64

_MIDDLE_DOTS = str.maketrans(dict.fromkeys("ㆍ・･‧•∙⋅ᆞ", "·"))
_KEPT_TAGS = ("NN", "NR", "VV", "VA", "MM", "XR", "SH", "XSN")
_COMPOUND_TAGS = ("NN", "XR", "SH", "XSN")
_DEPENDENT_NOUN = "NNB"

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_CODE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![a-z0-9])|[a-z0-9]+(?:[-./&_@:+~][a-z0-9]+)*")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s*년\s*|\s*[.\-/]\s*)(1[0-2]|0?[1-9])(?:\s*월\s*|\s*[.\-/]\s*)(3[01]|[12]\d|0?[1-9])(?!\d)"
)
# Budget items are written as code and name (`201 일반운영비`), which Kiwi would read as a count of days.
_CODE_AND_NAME = re.compile(r"(\d)\s+(?=[가-힣]{2})")
_NOT_CODE = re.compile(r"[^a-z0-9]+")
_ZERO_DECIMALS = re.compile(r"\.0+$")


class Analyser:
    """Splits Korean text with Kiwi. The model is loaded at first use.

    Args:
        words: words of the house (institutions, programmes) that are to be found whole and by their parts.
    """

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._words = tuple(sorted({fold(word) for word in words if word.strip()}))

    @property
    def fingerprint(self) -> str:
        """Changes with the rules, Kiwi, its model and the words of the house."""
        return make_fingerprint(
            rules=RULES_VERSION,
            kiwi=importlib.metadata.version("kiwipiepy"),
            model=importlib.metadata.version("kiwipiepy_model"),
            unicode=unicodedata.unidata_version,
            words=digest_parts(self._words),
        )

    def analyse(self, texts: Sequence[str]) -> list[str]:
        """The tokens of each text, separated by spaces."""
        folded = [fold(text) for text in texts]
        analysed = self._kiwi.tokenize([_CODE_AND_NAME.sub(r"\1, ", text) for text in folded]) if folded else ()
        return [" ".join(self._tokens(text, morphemes)) for text, morphemes in zip(folded, analysed, strict=True)]

    def analyse_query(self, text: str) -> str:
        """The tokens of a query, each once, separated by spaces."""
        return " ".join(dict.fromkeys(self.analyse([text])[0].split()))

    @cached_property
    def _kiwi(self) -> Any:
        from kiwipiepy import Kiwi

        kiwi: Any = Kiwi()
        # The parts of a word are asked for before the word is added: afterwards Kiwi knows the whole alone.
        parts = (
            [[morpheme.form for morpheme in found] for found in kiwi.tokenize(list(self._words))] if self._words else []
        )
        self._parts = dict(zip(self._words, parts, strict=True))
        for word in self._words:
            kiwi.add_user_word(word, "NNP")
        return kiwi

    def _tokens(self, text: str, morphemes: Sequence[Any]) -> Iterator[str]:
        compound: list[Any] = []
        for morpheme in morphemes:
            is_noun = morpheme.tag.startswith(_COMPOUND_TAGS) and morpheme.tag != _DEPENDENT_NOUN
            if compound and not (is_noun and morpheme.start == compound[-1].end):
                yield from _joined(compound)
                compound = []
            if is_noun:
                compound.append(morpheme)
            if morpheme.tag.startswith(_KEPT_TAGS) and not _CODE.fullmatch(morpheme.form):
                yield morpheme.form[:MAX_TOKEN]
                yield from self._parts.get(morpheme.form, ())
        yield from _joined(compound)
        yield from _codes(text)


def fold(text: str) -> str:
    """Text for searching alone: compatibility forms unfolded, middle dots made one, Latin in lower case.

    Never used for anything that is read as an amount: `①234` becomes `1234`. The dots are mapped first, since the dot
    of official Korean (U+318D) would become a vowel.
    """
    return unicodedata.normalize("NFKC", text.translate(_MIDDLE_DOTS)).lower()


def _joined(compound: Sequence[Any]) -> Iterator[str]:
    if len(compound) > 1:
        yield "".join(morpheme.form for morpheme in compound)[:MAX_TOKEN]


def _codes(text: str) -> Iterator[str]:
    """Numbers without their commas, dates as year-month-day, codes and Latin words whole and by their parts."""
    for year, month, day in _DATE.findall(text):
        yield f"{year}-{int(month):02}-{int(day):02}"
    for found in _CODE.findall(text):
        if _NUMBER.fullmatch(found):
            yield _ZERO_DECIMALS.sub("", found.replace(",", ""))[:MAX_TOKEN]
            continue
        yield found[:MAX_TOKEN]
        parts = _NOT_CODE.split(found)
        if len(parts) > 1:
            yield from (part[:MAX_TOKEN] for part in parts if len(part) > 1 or part.isdigit())
