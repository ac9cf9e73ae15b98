"""Names of projects and offices made comparable: the same name is written with other spaces, dots, brackets and marks.

`folded` is for keys: it takes away only what never tells two things apart. `core_of` and `similarity` are for candidates that
a person confirms: they also take away marks such as `(R&D)`, and measure how much of two names agrees.
"""

import re
import unicodedata
from functools import lru_cache

_DOTS = "·・ㆍ･•‧∙⋅ᆞ⸱"
_DASHES = "‐‑‒–—―−－"
_TILDES = "∼〜～˜"
_QUOTES = "「」『』“”‘’\"'`〈〉《》"
_BRACKETS = {"[": "(", "{": "(", "〔": "(", "【": "(", "]": ")", "}": ")", "〕": ")", "】": ")"}
_TABLE = str.maketrans(
    {
        **dict.fromkeys(_DOTS, None),
        **dict.fromkeys(_QUOTES, None),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_TILDES, "~"),
        **_BRACKETS,
        "\u200b": None,
        "\ufeff": None,
        "\u00ad": None,
    }
)
# A list says behind the name of which stage its amount is.
_STAGE = re.compile(r"(?<=.)\((?:본?예산|추경|요구안?|정부안|(?:국회)?확정|결산|집행|(?:예산)?현액)\)$")
_SPACE = re.compile(r"\s+")
_MARK = re.compile(
    r"\((?:r&d|rnd|정보화|융자|출연|보조|직접수행|균특|제주|세종|기금|일반|특별|총액|비총액|계속|신규|bti|btl|oda|sw)\)"
)
_BRACKETED = re.compile(r"\([^()]*\)")
_GENERIC = re.compile(
    r"^(?:총액|비총액)?(?:총?인건비|기본(?:적)?(?:경비|사업비)|기관(?:기본)?운영(?:경비|비)?(?:지원)?|경상(?:운영)?경비|(?:기본)?운영(?:경비|비)|"
    r"기타(?:경비|운영비)?|예비비|여유자금운용|내부거래(?:지출)?|공자기금(?:예수)?(?:원금|이자)?상환|당해연도(?:순)?여유자금운용|"
    r"기금운영비|기금관리비|행정정보시스템구축및운영|정보화추진|홍보|합계|총계|소계|계|총괄)$"
)
_DIVISION = re.compile(r"(?:과|팀|담당관|담당|예산실|심의관|국)$")
_LEAST_CONTAINED = 5
_TOTAL = re.compile(r"^(?:합계|총계|소계|누계|계|총합계|총액)$")


@lru_cache(maxsize=1 << 17)
def folded(name: str | None) -> str:
    """The name as a key: compatibility forms, spaces, middle dots, quotation marks and kinds of brackets and dashes alike.

    Marks such as `(R&D)` stay, since a project with and one without it are two; a stage behind a name, such as `(요구)`, goes,
    since it is the amount's. "" for no name.
    """
    if not name:
        return ""
    # Dots go first: NFKC turns one of them into a Hangul vowel.
    key = _SPACE.sub("", unicodedata.normalize("NFKC", name.translate(_TABLE)).translate(_TABLE)).casefold()
    return _STAGE.sub("", key)


@lru_cache(maxsize=1 << 16)
def core_of(name: str) -> str:
    """The folded name without marks of kind (`(R&D)`, `(정보화)`…) and without punctuation: for likeness, never for keys."""
    return re.sub(r"[^0-9a-z가-힣\u3400-\u9fff]", "", _MARK.sub("", folded(name)))


@lru_cache(maxsize=1 << 16)
def stem_of(name: str) -> str:
    """`core_of` without anything in brackets: what is left when a remark was added to a name or taken away."""
    return core_of(_BRACKETED.sub("", folded(name)))


def is_generic(name: str) -> bool:
    """Whether the name is one that many offices give to their own running costs, so that it tells nothing about identity."""
    return _GENERIC.match(stem_of(name)) is not None


def is_total_word(name: str) -> bool:
    """Whether the name is only a word for a sum, such as `합계`."""
    return _TOTAL.match(folded(name)) is not None


def is_division(name: str) -> bool:
    """Whether the name is that of a division within an office (`…과`, `…팀`), to which no budget is appropriated."""
    return _DIVISION.search(folded(name)) is not None


@lru_cache(maxsize=1 << 16)
def pairs_of(name: str) -> frozenset[str]:
    """Pairs of neighbouring characters of `core_of`, with the second and later occurrence numbered so that none is lost."""
    core = core_of(name)
    counts: dict[str, int] = {}
    found = []
    for start in range(len(core) - 1):
        pair = core[start : start + 2]
        counts[pair] = counts.get(pair, 0) + 1
        found.append(f"{pair}{counts[pair]}")
    return frozenset(found)


def similarity(first: str, second: str) -> float:
    """How alike two names are, 0 to 1: the share of neighbouring character pairs that both have (Dice)."""
    one, other = pairs_of(first), pairs_of(second)
    if not one or not other:
        return 1.0 if core_of(first) == core_of(second) else 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def is_contained(first: str, second: str) -> bool:
    """Whether one name is the other with a remark added or taken away; never of names too short to tell anything."""
    one, other = sorted((core_of(first), core_of(second)), key=len)
    return (
        len(one) >= _LEAST_CONTAINED and one != other and (other.startswith(one) or stem_of(first) == stem_of(second))
    )
