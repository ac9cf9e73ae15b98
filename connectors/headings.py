"""Headings and list items by the numbering of Korean administrative documents, for formats without reliable styles.

Conservative on purpose: a wrong heading misfiles everything below it, a missed one costs a line of the section path.
"""

import re

from schemas.elements import ElementKind

_MAX_HEADING_CHARACTERS = 50
_HANGUL_ORDER = "가나다라마바사아자차카타파하"
_NUMBERED = (
    (1, re.compile(r"제\s*\d{1,3}\s*[편부](?![가-힣])\s*(?P<rest>.*)")),
    (2, re.compile(r"제\s*\d{1,3}\s*장(?![가-힣])\s*(?P<rest>.*)")),
    (3, re.compile(r"제\s*\d{1,3}\s*절(?![가-힣])\s*(?P<rest>.*)")),
    (4, re.compile(r"제\s*\d{1,3}\s*관(?![가-힣])\s*(?P<rest>.*)")),
    (1, re.compile(r"[\[【<〈［〔]\s*(?:붙임|별첨|별표|별지|참고|첨부)\s*\d{0,3}\s*[\]】>〉］〕]\s*(?P<rest>.*)")),
    (3, re.compile(r"(?:[Ⅰ-Ⅻ]|[IVX]{1,4}(?=[.．]))\s*[.．]?\s+(?P<rest>.+)")),
    (3, re.compile(r"[Ⅰ-Ⅻ]\s*[.．]?\s*(?P<rest>[가-힣].+)")),
    (4, re.compile(r"\d{1,2}\s*[.．]\s*(?P<rest>[^\d\s.．].*)")),
    (5, re.compile(rf"[{_HANGUL_ORDER}]\s*[.．]\s*(?P<rest>[^\d\s.．].*)")),
    (6, re.compile(r"[□■▣◆◇❑❏]\s*(?P<rest>[^□■▣◆◇❑❏].*)")),
)
_NESTED_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:[.．]\d(?!\d)){1,3})[.．]?\s+(?P<rest>[^\d\s.．].*)")
_NESTED_BASE = 4
_BEGINNING = re.compile(rf"[제\[【<〈［〔Ⅰ-ⅫIVX\d{_HANGUL_ORDER}□■▣◆◇❑❏]")
"""How any of the numbers above begins: most paragraphs begin otherwise, and need not be held against each."""
_QUANTITY = re.compile(
    r"(?:[십백천만억조]*원|조|억|만|천|배|개|명|건|인|호|회|차|년|월|일|시|분|점|%|％|퍼센트|포인트|km|kg|m|ha)"
)
_SENTENCE_END = re.compile(
    r"(?:[.．。;,!?，]|[가-힣]{2,}다|니까|[세어아해네에지]요|까요|하고|하며|으며|되어|하여|하였음|하고자)$"
)
_NOUN_SENTENCE_END = re.compile(r"[가-힣](?:함|됨|임|음)$")
_NOUN_SENTENCE_CHARACTERS = 15
_VALUE_AFTER_COLON = re.compile(r"[:：]\s*\S")
_LIST_MARK = re.compile(
    r"(?:[○◦◯●•∙‣⁃▪▫▶▷►☞※＊*✓✔❍⦁]|[·ㆍ・](?=\s|[가-힣])|o(?=\s+[가-힣(])|[-–—―](?=\s|[가-힣])"
    r"|[①-⑳㉠-㉻⑴-⑿㈀-㈛]|\(?\d{1,2}\)|\(?["
    + _HANGUL_ORDER
    + r"]\)|\d{1,2}\s*[.．]\s|["
    + _HANGUL_ORDER
    + r"]\s*[.．]\s"
    r"|[□■▣◆◇❑❏])\s*\S"
)


def heading_level(text: str) -> int | None:
    """Depth of a heading by its numbering, 1 the highest, or None if the line is no heading.

    편 1, 장 2, 절 and `Ⅰ.` 3, 관 and `1.` 4, `가.` 5, `□` 6; `1.1` counts its dots. Sentences, `항목: 값` lines and
    anything longer than a heading are none.

    Args:
        text: one paragraph or line.
    """
    line = text.strip()
    if not line or "\n" in line or "\t" in line or len(line) > _MAX_HEADING_CHARACTERS:
        return None
    if _BEGINNING.match(line) is None:
        return None
    nested = _NESTED_NUMBER.fullmatch(line)
    if nested and not _QUANTITY.match(nested["rest"]) and _names_a_section(nested["rest"]):
        return _NESTED_BASE + len(re.split(r"[.．]", nested["number"])) - 1
    for level, pattern in _NUMBERED:
        match = pattern.fullmatch(line)
        if match and (_names_a_section(match["rest"]) or (level <= 2 and not match["rest"])):
            return level
    return None


def is_list_item(text: str) -> bool:
    """Whether the line begins with a bullet or an item number (`○`, `-`, `※`, `①`, `1)`, `가.` …)."""
    return _LIST_MARK.match(text.strip()) is not None


def paragraph_kind(text: str) -> tuple[ElementKind, int | None]:
    """What a paragraph is by its numbering alone, with the level if it is a heading."""
    level = heading_level(text)
    if level is not None:
        return ElementKind.TITLE, level
    return (ElementKind.LIST_ITEM if is_list_item(text) else ElementKind.NARRATIVE_TEXT), None


class SectionPath:
    """The headings that the reader of a document stands under, outermost first."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []

    @property
    def path(self) -> list[str]:
        """The headings above the next paragraph."""
        return [text for _, text in self._headings]

    def push(self, level: int, text: str) -> list[str]:
        """Enter a heading, leaving those of its depth and deeper.

        Returns:
            The headings above this one: the `section_path` of the heading's own element.
        """
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        above = self.path
        self._headings.append((level, " ".join(text.split())))
        return above


def _names_a_section(rest: str) -> bool:
    if not re.search(r"[가-힣A-Za-z一-鿿]", rest):
        return False
    rest = rest.strip()
    # 책임 and 모임 end like the clipped sentences of reports, but headings that do so are short
    is_sentence = len(rest) > _NOUN_SENTENCE_CHARACTERS and _NOUN_SENTENCE_END.search(rest)
    return not is_sentence and not _SENTENCE_END.search(rest) and not _VALUE_AFTER_COLON.search(rest)
