"""Secrecy marks: 대외비 and the three grades of 비밀, as a mark on a document and never as a word in a sentence.

What bears a mark must stay out of the platform whole, so a doubtful mark counts; what merely speaks of secrecy
(a security manual, a budget line) must stay in, so a running sentence does not.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from schemas.elements import Element, ElementKind

_GRADE = r"(?:I{1,3}|l{1,3}|[1-3]|[일이삼])급"
_GRADED = rf"(?:군사)?(?:기밀)?{_GRADE}(?:군사)?비밀"
_MARK = rf"(?:대외비|{_GRADED})"
_OPEN, _CLOSE = r"[\[【(<〈《〔{≪]", r"[\]】)>〉》〕}≫]"
_NEGATED = (
    r"[(\[:\-,]*(?:해제|아님|아니|아닌|제외|미해당|해당없|해당사항없|해당사항이없|없음|가아|여부|"
    r"[xX×](?![가-힣A-Za-z]))"
)
_NUMBERS = r"[\d.,:년월일~\-/()\[\]]|까지|한함|限"
_NAMED = (
    r"(?:보호|보존|유효|비밀|예고|취급|공개)?(?:기한|기간)|예고문|(?:사본|배부|관리|일련|발간|접수|복제)번호|사본|취급주의|"
    r"열람후파기|(?:대외)?유출금지|복사금지|복제금지|무단복제금지|일반문서로재분류"
)
_TRAILER = rf"(?:{_NUMBERS}|{_NAMED}|[부중제호권No]|파기|재분류)*"
_LABEL = r"(?:(?:문서|보안|비밀|공개|취급|자료|관리|분류|정보|기록)?(?:등급|구분|분류|여부)[:=\-]*)"
_WHOLE_LINE = re.compile(rf"{_LABEL}?{_OPEN}?(?P<mark>{_MARK}){_CLOSE}?(?P<trailer>{_TRAILER})")
_WHOLE_LINE_SECRET = re.compile(
    rf"{_LABEL}?{_OPEN}?(?P<mark>(?:군사)?비밀){_CLOSE}?(?:{_NUMBERS}|(?:사본|배부)번호|제|호|부|중)*"
)
_TRAILER_MEANS_MARK = re.compile(rf"\d{{2,4}}[.년\-/]\d|제\d+호|부중|限|{_NAMED}")
_LEADING_BRACKET = re.compile(rf"[※★☆*\-·.]*{_OPEN}+(?P<mark>{_MARK}|(?:군사)?비밀){_TRAILER}{_CLOSE}+(?!{_NEGATED})")
_BRACKETED = re.compile(rf"[\[【(<](?P<mark>{_MARK}){_TRAILER}[\]】)>](?!{_NEGATED})")
_DECLARATION = re.compile(
    rf"(?:이|본|동|위)(?:문서|자료|보고서|메일|파일|내용|책자|회의|안건)(?:은|는)(?P<mark>{_MARK})(?:$|[.,]|로|이|임|입|에해당|자료|문서)"
)
_CHOSEN_BOX = re.compile(rf"[■☑☒✔✓▣](?P<mark>{_MARK}|비밀)(?![가-힣])")
_EMPTY_BOX = re.compile(r"[□☐○]")
_DECORATION = "*★☆※-–—―─━=~_|·.,:;'\"“”‘’[](){}<>【】〈〉《》〔〕「」『』≪≫〓◎"
_ATTACHMENT = re.compile(r"[\s\-·※]*(?:붙임|별첨|첨부|참고|별지)")
_WORD = (
    re.compile(r"(?<![가-힣A-Za-z0-9])대\s*외\s*비(?![가-힣A-Za-z])"),
    re.compile(r"(?<![가-힣A-Za-z0-9])(?:군사\s*)?(?:I{1,3}|l{1,3}|[1-3])\s*급\s*(?:군사\s*)?비\s*밀(?![가-힣A-Za-z])"),
)
_BRACKETED_SECRET_IN_NAME = re.compile(r"[\[(【<{]\s*비\s*밀\s*[\])】>}]")
_NEGATED_IN_NAME = re.compile(rf"[\s_]*(?:{_NEGATED})")
_SEGMENTS = re.compile(r"\t+|\s{3,}|\|")
_OPENING_ELEMENTS = 3
_MAX_LINE = 120


def secrecy_mark(elements: Sequence[Element], names: Iterable[str] = ()) -> str | None:
    """The secrecy mark that a document bears and where (`대외비 · 머리말`), or None.

    Args:
        elements: the document's elements; text in NFC.
        names: its file or member names and its own title.
    """
    for name in names:
        mark = secrecy_mark_in_name(name)
        if mark:
            return f"{mark} · 이름"
    for ordinal, element in enumerate(elements):
        if element.table:
            for cell in element.table.cells:
                mark = _mark_in_lines(cell.text)
                if mark:
                    return f"{mark} · 표"
            continue
        if not _may_hold_mark(element.text):
            continue
        mark = _mark_in_element(element, is_opening=ordinal < _OPENING_ELEMENTS)
        if mark:
            return f"{mark} · {'머리말·꼬리말' if _is_running_title(element) else '본문'}"
    return None


def secrecy_mark_in_name(name: str) -> str | None:
    """The secrecy mark that a file or member name bears as a word of its own, or None.

    `예산안(대외비).hwp` bears one; `대외비관리지침.hwp`, `대외비용.xlsx` and `대외비 해제.hwp` do not.
    """
    text = unicodedata.normalize("NFKC", name)
    if not _may_hold_mark(text):
        return None
    for pattern in _WORD:
        for match in pattern.finditer(text):
            if not _NEGATED_IN_NAME.match(text[match.end() :]):
                return _compact(match.group())
    return "비밀" if _BRACKETED_SECRET_IN_NAME.search(text) else None


def _mark_in_element(element: Element, *, is_opening: bool) -> str | None:
    if _is_running_title(element):
        text = unicodedata.normalize("NFKC", element.text)
        for pattern in _WORD:
            for match in pattern.finditer(text):
                if not re.match(_NEGATED, _compact(text[match.end() :])):
                    return _compact(match.group())
    if element.kind is ElementKind.EMAIL_HEADER:
        match = _BRACKETED.search(_compact(element.text))
        if match:
            return match["mark"]
    mark = _mark_in_lines(element.text)
    if mark or not is_opening or _ATTACHMENT.match(element.text):
        return mark
    for line in element.text.split("\n"):
        compact = _compact(line)
        ending = [match for match in _BRACKETED.finditer(compact) if match.end() == len(compact)]
        if ending:
            return ending[0]["mark"]
    return None


def _mark_in_lines(text: str) -> str | None:
    if not _may_hold_mark(text):
        return None
    for line in text.split("\n"):
        mark = _mark_in_line(line)
        if mark:
            return mark
    return None


def _mark_in_line(line: str) -> str | None:
    for segment in [line, *_SEGMENTS.split(line.strip())]:
        compact = _compact(segment)
        mark = _whole_line_mark(compact) if len(compact) <= _MAX_LINE else None
        if mark:
            return mark
    compact = _compact(line)
    for pattern in (_LEADING_BRACKET, _DECLARATION):
        match = pattern.match(compact) if pattern is _LEADING_BRACKET else pattern.search(compact)
        if match and not re.search(r"아니|아닌|해제", compact[match.end("mark") : match.end() + 12]):
            return match["mark"]
    chosen = _CHOSEN_BOX.search(compact)
    return chosen["mark"] if chosen and _EMPTY_BOX.search(compact) else None


def _whole_line_mark(compact: str) -> str | None:
    stripped = compact.strip(_DECORATION)
    # stripping may take the closing bracket of a trailer, so the line is tried both ways
    for candidate in (stripped, compact):
        match = _WHOLE_LINE.fullmatch(candidate)
        if match and (not match["trailer"] or _TRAILER_MEANS_MARK.search(match["trailer"])):
            return match["mark"]
        match = _WHOLE_LINE_SECRET.fullmatch(candidate)
        if match:
            return match["mark"]
    return None


def _is_running_title(element: Element) -> bool:
    return element.kind in (ElementKind.HEADER, ElementKind.FOOTER)


def _may_hold_mark(text: str) -> bool:
    return "비" in text and ("밀" in text or ("대" in text and "외" in text))


def _compact(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return "".join(c for c in normal if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Mn"))
