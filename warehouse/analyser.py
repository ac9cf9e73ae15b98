"""Korean text → the words it is found by: content morphemes, compounds beside their parts, and codes in one piece.

Documents and queries go through the same analyser, and the vector table remembers its fingerprint: an index that was
analysed otherwise finds nothing and says nothing, so it is refused instead.
"""

import importlib.metadata
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.identity import digest_bytes, digest_parts
from schemas.identity import fingerprint as make_fingerprint
from warehouse import hanja

RULES_VERSION = 2
MAX_TOKEN = 64

_TERMS = Path(__file__).with_name("words") / "terms.txt"
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("ㆍ・･‧•∙⋅ᆞ", "·"))
_KEPT_TAGS = ("NN", "NR", "VV", "VA", "MM", "XR", "SH", "XSN")
_COMPOUND_TAGS = ("NN", "XR", "SH", "XSN")
_DEPENDENT_NOUN = "NNB"

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_CODE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![a-z0-9])|[a-z0-9]+(?:[-./&_@:+~][a-z0-9]+)*")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:\s*년\s*|\s*[.\-/]\s*)(1[0-2]|0?[1-9])(?:\s*월\s*|\s*[.\-/]\s*)(3[01]|[12]\d|0?[1-9])(?!\d)"
)
_SHORT_YEAR = re.compile(r"['‘’`](\d\d)(?=\s*(?:년|\.|회계|예산|결산|추경|본예산))")
_ARTICLE = re.compile(r"제\s*(\d+)\s*(조|항|호|장|절|편|관)(?:\s*의\s*(\d+))?")
# Budget items are written as code and name (`201 일반운영비`), which Kiwi would read as a count of days.
_CODE_AND_NAME = re.compile(r"(\d)\s+(?=[가-힣]{2})")
_NOT_CODE = re.compile(r"[^a-z0-9]+")
_ZERO_DECIMALS = re.compile(r"\.0+$")
_IN_BRACKETS = re.compile(rf"([가-힣]+)\s*\(\s*({hanja.RUN.pattern})\s*\)")
# Another reading counts only if its words are nearly as likely: 更新 is 갱신 or 경신, but 豫算 never 서산.
_MOST_OTHER_READINGS = 3
_NEARLY_AS_LIKELY = 2.5
_READINGS_KEPT = 20_000


class Options(NamedTuple):
    """What the analyser does beyond splitting words; each can be switched off to see what it is worth.

    `compounds`: neighbouring nouns also in one piece. `readings`: Chinese characters as they are read. `codes`: numbers,
    dates, articles and codes whole. `terms`: the dictionary of budget terms.
    """

    compounds: bool = True
    readings: bool = True
    codes: bool = True
    terms: bool = True


ALL_OPTIONS = Options()


class Analyser:
    """Splits Korean text with Kiwi. The model is loaded at first use.

    Args:
        words: words of the house (institutions, programmes) that are to be found whole and by their parts.
        options: what it does beyond splitting.
    """

    def __init__(self, words: Sequence[str] = (), options: Options = ALL_OPTIONS) -> None:
        own = {fold(word.strip()): () for word in words if word.strip()}
        self.options = options
        self._house = tuple(own)
        self._known: dict[str, tuple[str, ...]] = {**own, **(terms() if options.terms else {})}
        self._words = tuple(sorted(self._known))
        self._read = lru_cache(maxsize=_READINGS_KEPT)(self._choose_reading)

    @property
    def fingerprint(self) -> str:
        """Changes with the rules, Kiwi, its model, the dictionaries and the words of the house."""
        return make_fingerprint(
            rules=RULES_VERSION,
            kiwi=importlib.metadata.version("kiwipiepy"),
            model=importlib.metadata.version("kiwipiepy_model"),
            unicode=unicodedata.unidata_version,
            words=digest_parts("+".join([word, *self._known[word]]) for word in self._words),
            readings=hanja.digest(),
            options=",".join(option for option in Options._fields if getattr(self.options, option)),
        )

    def without(self, option: str) -> "Analyser":
        """The same analyser with one option switched off."""
        return Analyser(self._house, self.options._replace(**{option: False}))

    def analyse(self, texts: Sequence[str]) -> list[str]:
        """The tokens of each text, separated by spaces."""
        folded = [fold(text) for text in texts]
        spelled = [self._spell(text) for text in folded] if self.options.readings else [(text, []) for text in folded]
        asked = [_CODE_AND_NAME.sub(r"\1, ", text) for text, _ in spelled]
        analysed = self._kiwi.tokenize(asked) if folded else ()
        return [
            " ".join([*self._tokens(text, morphemes), *characters])
            for text, (_, characters), morphemes in zip(folded, spelled, analysed, strict=True)
        ]

    def analyse_query(self, text: str) -> str:
        """The tokens of a query, each once, separated by spaces."""
        return " ".join(dict.fromkeys(self.analyse([text])[0].split()))

    @cached_property
    def _kiwi(self) -> Any:
        from kiwipiepy import Kiwi

        kiwi: Any = Kiwi()
        # The parts of a word are asked for before the word is added: afterwards Kiwi knows the whole alone.
        found: list[Any] = kiwi.tokenize(list(self._house)) if self._house else []
        asked = {word: [morpheme.form for morpheme in parts] for word, parts in zip(self._house, found, strict=True)}
        self._parts = {
            word: list(dict.fromkeys([*self._known[word], *_several(asked.get(word, [])), *self._words_within(word)]))
            for word in self._words
        }
        for word in self._words:
            kiwi.add_user_word(word, "NNP")
        return kiwi

    def _words_within(self, word: str) -> list[str]:
        """Other known words that a word begins or ends with: 불용 of 불용액, which Kiwi holds for one."""
        return [other for other in self._words if other != word and (word.startswith(other) or word.endswith(other))]

    def _tokens(self, text: str, morphemes: Sequence[Any]) -> Iterator[str]:
        compound: list[Any] = []
        for morpheme in morphemes:
            is_noun = morpheme.tag.startswith(_COMPOUND_TAGS) and morpheme.tag != _DEPENDENT_NOUN
            if compound and not (is_noun and morpheme.start == compound[-1].end):
                yield from self._joined(compound)
                compound = []
            if is_noun:
                compound.append(morpheme)
            if morpheme.tag.startswith(_KEPT_TAGS) and not _CODE.fullmatch(morpheme.form):
                yield morpheme.form[:MAX_TOKEN]
                yield from self._parts.get(morpheme.form, ())
        yield from self._joined(compound)
        yield from _codes(text) if self.options.codes else _bare_codes(text)

    def _joined(self, compound: Sequence[Any]) -> Iterator[str]:
        if self.options.compounds and len(compound) > 1:
            yield "".join(morpheme.form for morpheme in compound)[:MAX_TOKEN]

    def _spell(self, text: str) -> tuple[str, list[str]]:
        """The text with its Chinese characters read, and what it is found by besides: the characters, other readings."""
        if not hanja.RUN.search(text):
            return text, []
        extra: list[str] = []

        def explained(found: re.Match[str]) -> str:
            # 국고보조금(國庫補助金) says one word, not two.
            if any(found[1].endswith(read) for read in hanja.candidates(found[2])):
                extra.append(found[2][:MAX_TOKEN])
                return found[1]
            return found[0]

        def read(found: re.Match[str]) -> str:
            extra.append(found[0][:MAX_TOKEN])
            best, *others = self._read(found[0]) or (found[0],)
            extra.extend(other[:MAX_TOKEN] for other in others)
            return best

        return hanja.RUN.sub(read, _IN_BRACKETS.sub(explained, text)), extra

    def _choose_reading(self, run: str) -> tuple[str, ...]:
        """Readings of a run, first the one that Kiwi finds the likeliest words in, then a few others."""
        found = hanja.candidates(run)
        if len(found) < 2:
            return tuple(found)
        likely = {read: self._kiwi.analyze(read)[0][1] for read in found}
        least = max(likely.values()) - _NEARLY_AS_LIKELY
        ranked = sorted((read for read in found if likely[read] >= least), key=lambda read: (-likely[read], read))
        return tuple(ranked[: 1 + _MOST_OTHER_READINGS])


def _several(parts: Sequence[str]) -> Sequence[str]:
    return parts if len(parts) > 1 else ()


def terms() -> dict[str, tuple[str, ...]]:
    """The dictionary of budget terms, folded: term → its parts of two syllables and more."""
    lines = [fold(line.strip()) for line in _TERMS.read_text(encoding="utf-8").splitlines()]
    written = [line.split("+") for line in lines if line and not line.startswith("#")]
    return {"".join(parts): tuple(part for part in parts if len(parts) > 1 and len(part) > 1) for parts in written}


def terms_version() -> str:
    """Version and content of the dictionary of budget terms, as it is shown to people."""
    text = _TERMS.read_text(encoding="utf-8")
    version = re.search(r"version: (\S+)", text)
    return f"{version[1] if version else '?'} ({digest_bytes(text.encode())[:8]})"


def fold(text: str) -> str:
    """Text for searching alone: compatibility forms unfolded, middle dots made one, Latin in lower case.

    Never used for anything that is read as an amount: `①234` becomes `1234`. The dots are mapped first, since the dot
    of official Korean (U+318D) would become a vowel.
    """
    return unicodedata.normalize("NFKC", text.translate(_MIDDLE_DOTS)).lower()


def _codes(text: str) -> Iterator[str]:
    """Numbers without their commas, dates as year-month-day, articles, codes and Latin words whole and by their parts."""
    for year, month, day in _DATE.findall(text):
        yield f"{year}-{int(month):02}-{int(day):02}"
    for number, kind, branch in _ARTICLE.findall(text):
        yield f"제{number}{kind}의{branch}" if branch else f"제{number}{kind}"
    for year in _SHORT_YEAR.findall(text):
        yield f"20{year}"
    for found in _CODE.findall(text):
        if _NUMBER.fullmatch(found):
            yield _ZERO_DECIMALS.sub("", found.replace(",", ""))[:MAX_TOKEN]
            continue
        yield found[:MAX_TOKEN]
        parts = _NOT_CODE.split(found)
        if len(parts) > 1:
            yield from (part[:MAX_TOKEN] for part in parts if len(part) > 1 or part.isdigit())


def _bare_codes(text: str) -> Iterator[str]:
    """Latin words and digits as they stand between anything else."""
    return (found[:MAX_TOKEN] for found in re.findall(r"[a-z]+|\d+", text))
