"""Which projects a question names: by their whole names, or by words that stand in the name of one readable project alone.

Only names that the asker may read, and that the filters let through, are looked at; a name that he may not read neither answers
nor makes another ambiguous. Where words are in the names of several projects none is chosen: they are told as candidates.
"""

import re
import unicodedata
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from schemas.access import Principal
from schemas.names import core_of, folded, is_generic, is_total_word
from warehouse.doors.eligible import Eligible, readable_contents
from warehouse.doors.session import Pinned
from warehouse.doors.versions import holds
from warehouse.lake import CATALOG

MOST_CANDIDATES = 10
_LEAST_NAME = 4
_LEAST_WORD, _LEAST_WORDS = 2, 3
_MOST_WORDS, _LONGEST_WORD = 6, 24
_MOST_TOKENS = 40
_MOST_ASKERS = 8
_JOINED = re.compile(r"(?<=[가-힣])(?:와|과|이랑|하고)\s+|\s및\s|\s*[,;·]\s*")
_TOKEN = re.compile(r"[\w&]+")
_WORD_BEFORE, _WORD_AFTER = re.compile(r"[\w&]{1,24}$"), re.compile(r"[\w&]{1,24}")
_PIECE = re.compile(r"[가-힣]+|[a-z&]+|\d+|[^\W\d_a-z가-힣]+")
_GAP = r"[\s·・ㆍ･•'\"「」『』“”]*"
# What of a question only says which amount it wants, and how it asks.
_ABOUT = (
    r"(?:세부사업|단위사업|내역사업|사업비|사업|코드|번호|프로그램|당초|본예산|추가경정|추경|예산|편성|확정|국회|정부안|요구|지출한도|한도|결산|집행|지출|현액|"
    r"이월|불용|배정|증감|증액|감액|삭감|금액|총액|액수|내역|규모|추이|변화|기준|현재|현황|회계연도|연도별?|년도|얼마나|얼마|대략|정확히|혹시|최근|"
    r"몇|(?:[백천]만|[조억만천])원|백만|천만|[조억]|단위|알려|말해|보여|찾아|주세요|주십시오|줘요?|달라|다오|궁금|모두|전부|합쳐서?|합하면|합계|합산|더하면|"
    r"전체|각각|매년|해마다|늘었|늘어|줄었|줄어|증가|감소|차이|대비|비해|비하면|비교|견주|전년도?|어떻게|어떤|무엇|뭐|건가|거야|수준|좀|총|약|"
    r"했어|했나|되었나|됐나|되나|되는가|되는|있나|있어|맞나|맞아|맞는가|맞는지|맞습니까)"
)
_ENDING = (
    r"(?:입니까|습니까|인가요?|일까요?|이야|이에요|예요|이고|인지|나요|니까|하고|하면|은가|는가|은지|는지|까지|부터|동안|사이|에서는?|에는|에도|에|으로|"
    r"보다|이랑|마다|씩|[액안률은는이가을를의도로와과만나요고지야인랑할해])"
)
_TAIL = re.compile(rf"{_ABOUT}*(?:{_ENDING}){{0,3}}")
_ONLY_ABOUT = re.compile(rf"{_ABOUT}+(?:{_ENDING}){{0,3}}|{_ENDING}")
# Words that half of all names carry tell no project from another.
_ANY_PROJECT = re.compile(
    r"(?:지원|운영|구축|관리|조성|확충|정비|보급|육성|강화|추진|개선|활성화|개발|확대|설치|건설|시설|기반|보조|출연|융자|대책|정책|서비스|센터|체계|"
    r"시스템|연구|조사|교육|홍보|사업|기금|국가|지역|전국|민간|공공|정부|투자|급여|지급|수당|보상|전출|출자|인건비|경비|운영비|"
    r"r&d|oda|정보화)+"
)
# What is paid for: of a project that is asked for this, the project's own amount is no answer.
_COST = re.compile(
    r"[가-힣]*(?:시설|연구|용역)비|[가-힣]{2,}(?<![정설장준대구수방예낭소])비|[가-힣]*(?:비용|단가|수당|임금|보수|임차료)|국비|[시도군구]비|지방비|자부담"
)
_OFFICE_END = re.compile(r"[부처청원위실회]$")
# Looks like a ministry, known or not: what it spends is no project that carries its name.
_MINISTRY = re.compile(r"[가-힣]{2,}(?:부|청|위원회)|[가-힣]*(?:예산|법제|혁신|안전|보훈|식약|사무|경호)처")


@dataclass(frozen=True, slots=True)
class Named:
    """A project or a part of one, as amounts print it."""

    name: str
    is_part: bool
    codes: tuple[str, ...]
    offices: tuple[str, ...]
    key: str = field(compare=False)
    borders: frozenset[int] = field(compare=False)
    """Where in `key` a word of the name begins or ends."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What a question names.

    `whole` are names that stand in it, `partly` names of which words stand in it, `items` what of these projects it asks for, such
    as a 목, `candidates` names that its words could as well mean, `is_bare` whether nothing is in it besides that is not about
    amounts.
    """

    whole: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    n_candidates: int = 0
    is_bare: bool = False


_all: weakref.WeakKeyDictionary[Pinned, dict[str, set[str]]] = weakref.WeakKeyDictionary()
_projects: weakref.WeakKeyDictionary[Pinned, dict[str, list[Named]]] = weakref.WeakKeyDictionary()


def own_amounts(pinned: Pinned, principal: Principal, sieve: Eligible | None) -> str:
    """SQL for the amounts of contents that the principal may read and that the filters let through."""
    passed = "SEMI JOIN temp.eligible_place e ON e.content_id = a.content_id" if sieve else ""
    return f"""(SELECT a.* FROM {CATALOG}.core.budget_amount a
                SEMI JOIN temp.{readable_contents(pinned, principal)} r ON r.content_id = a.content_id {passed})"""


def naming_of(
    pinned: Pinned, principal: Principal, rest: str, sieve: Eligible | None = None, *, in_part: bool = True
) -> Naming:
    """What a question names.

    Args:
        pinned: the publication.
        principal: who asks.
        rest: the question without years, codes and amounts (`warehouse.doors.phrases`).
        sieve: what the filters let through.
        in_part: whether words of a name may stand for it.
    """
    if not holds(pinned, "budget_amount"):
        return Naming(is_bare=not words_of(rest, ()))
    found = _whole_names(pinned, principal, rest, sieve)
    every = [name for name, _ in found]
    projects, items, offices = (tuple(n for n, own in found if own == kind) for kind in ("project", "item", "office"))
    words = words_of(rest, every)
    if not words:
        return _naming(projects, (), items, offices, is_bare=True)
    if not in_part or len(words) > _MOST_WORDS:
        return _naming(projects, (), items, offices)
    known = _project_names(pinned, principal, sieve)
    if projects:
        # Of a project that is named whole, what is left may still be its office, or something that it pays.
        costs, left = _costs_in(words)
        owners = {office for one in known if one.name in projects for office in one.offices}
        is_bare = all(_is_office(word, owners) for word in left)
        return _naming(projects, (), (*items, *costs), offices, is_bare=is_bare)
    groups = _meant(known, words)
    costs: tuple[str, ...] = ()
    if not groups:
        costs, words = _costs_in(words)
        groups = _meant(known, words)
    each = groups if len(groups) == 1 else _each_meant(known, rest, every)
    if each:
        partly = tuple(one.name for group in each for one in group)
        return _naming((), partly, (*items, *costs), offices, is_bare=True)
    listed = sorted({group[0].name for group in groups}, key=lambda name: (len(name), name))
    named = _naming((), (), items, offices)
    return replace(named, candidates=tuple(listed[:MOST_CANDIDATES]), n_candidates=len(listed))


def _naming(
    projects: tuple[str, ...],
    partly: tuple[str, ...],
    items: tuple[str, ...],
    offices: tuple[str, ...],
    *,
    is_bare: bool = False,
) -> Naming:
    """An item or an office is what is asked for only where no project is named."""
    if projects or partly:
        return Naming(projects, partly, items, is_bare=is_bare)
    return Naming(items or offices, is_bare=is_bare)


def _costs_in(words: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Which of some words are something that is paid for, and the others."""
    paid = {forms: next((form for form in forms if _COST.fullmatch(form)), "") for forms in words}
    return tuple(cost for cost in paid.values() if cost), [forms for forms in words if not paid[forms]]


def known_codes(pinned: Pinned, principal: Principal, codes: Sequence[str], sieve: Eligible | None = None) -> list[str]:
    """Those of some codes that an amount carries which the principal may read."""
    if not codes or not holds(pinned, "budget_amount"):
        return []
    rows = pinned.lake.rows(
        f"""SELECT DISTINCT code FROM (SELECT unnest([subject_code, project_code]) AS code
                                       FROM {own_amounts(pinned, principal, sieve)}) WHERE list_contains($codes, code)""",
        {"codes": list(codes)},
    )
    held = {row["code"] for row in rows}
    return [code for code in codes if code in held]


def words_of(rest: str, names: Iterable[str]) -> list[tuple[str, ...]]:
    """The words of a question that are neither in one of the names nor about amounts, each with the forms that it may have.

    The first form is the word as it is written, the others lack what may be a particle or a word about amounts at its end.
    """
    left = rest.casefold()
    for name in sorted(names, key=len, reverse=True):
        left = re.sub(_gapped(folded(name)), " ", left)
    return [_forms(token) for token in _TOKEN.findall(left) if not _is_only_about(token)]


def _is_only_about(token: str) -> bool:
    return len(token) <= _LONGEST_WORD and _ONLY_ABOUT.fullmatch(token) is not None


def _forms(token: str) -> tuple[str, ...]:
    if len(token) > _LONGEST_WORD:
        return (token,)
    ends = range(len(token) - 1, _LEAST_WORD - 1, -1)
    return (token, *(token[:end] for end in ends if _TAIL.fullmatch(token[end:])))


def office_words(rest: str) -> tuple[str, ...]:
    """What in a question may be an office's short name, as `is_said` takes them."""
    forms = (form for token in words_of(rest, ())[:_MOST_TOKENS] for form in token)
    return tuple(dict.fromkeys(form for form in forms if len(form) >= _LEAST_WORDS and _OFFICE_END.search(form)))


def is_said(office: str | None, key: str, words: Iterable[str]) -> bool:
    """Whether an office is named in a question, by its name or by what it is called for short (행안부, 복지부).

    Args:
        office: the office's name.
        key: the question, folded.
        words: what in it may be a short name.
    """
    own = folded(office)
    return bool(own) and (own in key or any(_is_short_for(word, own) for word in words))


def _is_office(forms: Sequence[str], offices: Iterable[str]) -> bool:
    keys = [folded(office) for office in offices]
    return any(word == key or _is_short_for(word, key) for word in forms for key in keys)


def _is_short_for(word: str, office: str) -> bool:
    if len(word) < _LEAST_WORDS or not _OFFICE_END.search(word) or len(word) > len(office):
        return False
    if office.endswith(word):
        return True
    letters = iter(office)
    return word[0] == office[0] and word[-1] == office[-1] and all(letter in letters for letter in word)


def _whole_names(pinned: Pinned, principal: Principal, text: str, sieve: Eligible | None) -> list[tuple[str, str]]:
    """Names that stand in a text, as amounts print them, of one within another the longer alone; each with what it is a name of."""
    if pinned not in _all:
        _all[pinned] = _every_name(pinned)
    key = folded(text)
    inside = sorted(value for name, values in _all[pinned].items() if name in key for value in values)
    if not inside:
        return []
    # A name that only others may read must not even take the place of a shorter one.
    with pinned.lake.registered(names_inside=pa.table({"name": pa.array(inside, pa.string())})):
        rows = pinned.lake.rows(
            f"""WITH own AS (SELECT DISTINCT subject_name, project_name, level FROM {own_amounts(pinned, principal, sieve)}),
                told AS (SELECT name, CASE WHEN level IN ('MOK', 'SEMOK') THEN 'item'
                                           WHEN level IN ('ORG', 'ACCOUNT') THEN 'office' ELSE 'project' END AS kind
                         FROM names_inside JOIN own ON own.subject_name = name
                         UNION ALL SELECT name, 'project' FROM names_inside SEMI JOIN own ON own.project_name = name)
                SELECT name, max(kind) AS kind FROM told GROUP BY name ORDER BY name"""
        )
    keys = {row["name"]: folded(row["name"]) for row in rows}
    return [
        (row["name"], row["kind"])
        for row in rows
        if not any(keys[row["name"]] != other and keys[row["name"]] in other for other in keys.values())
        and _stands_in(text.casefold(), keys[row["name"]])
    ]


def _stands_in(text: str, key: str) -> bool:
    """Whether a name stands in a text as itself, and not as a piece of a longer word that is another name."""
    found = list(re.finditer(_gapped(key), text))
    for match in found:
        before = _WORD_BEFORE.search(text, 0, match.start())
        after = _WORD_AFTER.match(text, match.end())
        glued = (before[0] if before else "", after[0] if after else "")
        if all(not part or (_is_only_about(part) or _TAIL.fullmatch(part)) for part in glued):
            return True
    # Written with other brackets or marks it is found as a key alone.
    return not found


def _gapped(key: str) -> str:
    return _GAP.join(map(re.escape, key))


def _every_name(pinned: Pinned) -> dict[str, set[str]]:
    rows = pinned.lake.rows(
        f"""SELECT DISTINCT subject_name AS name FROM {CATALOG}.core.budget_amount
            UNION SELECT DISTINCT project_name FROM {CATALOG}.core.budget_amount WHERE project_name IS NOT NULL"""
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        key = folded(row["name"])
        if len(key) >= _LEAST_NAME and not is_generic(row["name"]) and not is_total_word(row["name"]):
            found.setdefault(key, set()).add(row["name"])
    return found


def _project_names(pinned: Pinned, principal: Principal, sieve: Eligible | None) -> list[Named]:
    """The projects, and parts of projects, that the principal may read; remembered where no filter narrows them."""
    told = _projects.setdefault(pinned, {})
    asker = readable_contents(pinned, principal)
    if sieve is None and asker in told:
        return told[asker]
    rows = pinned.lake.rows(
        f"""WITH own AS (SELECT a.* FROM {own_amounts(pinned, principal, sieve)} a
                         ANTI JOIN {CATALOG}.core.withdrawal w ON w.amount_id = a.amount_id),
            named AS (
                SELECT subject_name AS name, subject_code AS code, org_name, false AS is_part FROM own WHERE level = 'PROJECT'
                UNION SELECT project_name, project_code, org_name, false FROM own WHERE project_name IS NOT NULL
                UNION SELECT subject_name, NULL, org_name, true FROM own WHERE level = 'SUBPROJECT')
            SELECT name, bool_and(is_part) AS is_part, list(DISTINCT code) FILTER (code IS NOT NULL) AS codes,
                   list(DISTINCT org_name) FILTER (org_name IS NOT NULL) AS offices
            FROM named GROUP BY name ORDER BY name"""
    )
    found = [
        _named(row["name"], row["is_part"], row["codes"] or (), row["offices"] or ())
        for row in rows
        if not is_generic(row["name"]) and not is_total_word(row["name"])
    ]
    if sieve is None:
        while len(told) >= _MOST_ASKERS:
            told.pop(next(iter(told)))
        told[asker] = found
    return found


def _named(name: str, is_part: bool, codes: Iterable[str], offices: Iterable[str]) -> Named:
    pieces = _PIECE.findall(unicodedata.normalize("NFKC", name).casefold())
    borders, at = {0}, 0
    for piece in pieces:
        at += len(piece)
        borders.add(at)
    return Named(name, is_part, tuple(sorted(codes)), tuple(sorted(offices)), "".join(pieces), frozenset(borders))


def _meant(known: Sequence[Named], words: Sequence[tuple[str, ...]]) -> list[list[Named]]:
    """The projects whose names hold all words but those for their office, the names of each together; of no project its parts."""
    # The longest form that any name has, so that a word's end is taken for a particle only where it must be.
    chosen = [(next((form for form in forms if any(form in one.key for one in known)), ""), forms) for forms in words]
    offices = {office for one in known for office in one.offices}
    telling = {form for form, forms in chosen if form and not _is_any_office(forms, offices)}
    matched = [one for one in known if _is_meant(one, chosen, telling)]
    projects = [one for one in matched if not one.is_part]
    groups: list[list[Named]] = []
    for one in projects or matched:
        for group in groups:
            if any(_is_same(one, other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _each_meant(known: Sequence[Named], rest: str, names: Sequence[str]) -> list[list[Named]]:
    """Where a question joins several by `와` or a comma, the one project that each part of it means; empty unless all do."""
    parts = [words for part in _JOINED.split(rest) if (words := words_of(part, names))]
    found = [_meant(known, words) for words in parts]
    return [groups[0] for groups in found] if len(found) > 1 and all(len(groups) == 1 for groups in found) else []


def _is_same(one: Named, other: Named) -> bool:
    """Whether two names that hold the same words are one project's: the same code, or no more than punctuation apart."""
    cores = (core_of(one.name).removesuffix("사업"), core_of(other.name).removesuffix("사업"))
    return cores[0] == cores[1] or not set(one.codes).isdisjoint(other.codes)


def _is_any_office(forms: Sequence[str], offices: Iterable[str]) -> bool:
    return any(_MINISTRY.fullmatch(form) for form in forms) or _is_office(forms, offices)


def _is_meant(one: Named, words: Sequence[tuple[str, tuple[str, ...]]], telling: set[str]) -> bool:
    inside = [form for form, _ in words if form and form in one.key]
    own = [form for form in inside if form in telling]
    if sum(map(len, own)) < _LEAST_WORDS or all(_ANY_PROJECT.fullmatch(form) for form in own):
        return False
    if any(not _is_office(forms, one.offices) for form, forms in words if form not in inside):
        return False
    return _are_pieces(one, inside)


def _are_pieces(one: Named, forms: Iterable[str]) -> bool:
    """Whether each of some words is a piece of the name, with a border of a word on one of its sides at least.

    A name that is written without spaces has borders at its ends alone, and where another word that was found begins or ends.
    """
    borders, left = set(one.borders), list(forms)
    while left:
        found = next(((form, start) for form in left for start in _places(one.key, form, borders)), None)
        if found is None:
            return False
        form, start = found
        left.remove(form)
        borders |= {start, start + len(form)}
    return True


def _places(key: str, form: str, borders: set[int]) -> Iterator[int]:
    start = key.find(form)
    while start >= 0:
        if start in borders or start + len(form) in borders:
            yield start
        start = key.find(form, start + 1)
