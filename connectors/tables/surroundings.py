"""What a document says around each of its tables: lines, headings, unit, year, office, project, kind of document."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.forms.contract import Around
from connectors.tables import words, years
from connectors.tables.codeblock import project_of_block, projects_of_owners, projects_of_transfers
from connectors.tables.view import TableView
from schemas.budget import FormDocument, Subject
from schemas.elements import Element, ElementKind
from schemas.fiscal import Level
from schemas.money import parse_unit, units_in

_MAX_LINES = 8
_MAX_CAPTION = 80
_MAX_SHORT = 40
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"예산요구서|예산\s*요구|요구\s*총괄|요구\s*현황|요구\s*내역", "예산요구서"),
        (r"사업\s*설명\s*자료", "사업설명자료"),
        (r"각목\s*명세서?", "각목명세서"),
        (r"성과\s*계획서", "성과계획서"),
        (r"성과\s*보고서", "성과보고서"),
        (r"지방재정연감", "지방재정연감"),
        (r"편성\s*현황", "세출예산 편성현황"),
        (r"(?<!예산[·․ㆍ])결산(?!\s*(?:정보|분석|심사|위원|담당|과장|부서))", "결산"),
        (r"이[·․ㆍ.]?\s*전용|이용·전용", "이·전용 내역"),
        (r"집행\s*(?:현황|실적)", "집행 현황"),
        (r"질의\s*·?\s*답변|질의답변", "국회 질의답변"),
        (r"검토\s*보고", "검토보고서"),
        (r"지침", "지침"),
        (r"회의록|회의\s*결과", "회의록"),
        (r"보도\s*(?:참고)?\s*자료", "보도자료"),
        (r"예산안?|기금운용계획", "예산서"),
    )
)
# What a title says of these kinds is less than what a code block does.
_WIDE_KINDS = frozenset({"기타", "예산서", "결산", "집행 현황"})
_ORG = re.compile(
    r"[(（]\s*([가-힣·\s]{2,20}(?:부|처|청|원|위원회|실|국|과|시|도|군|구|공단|공사|재단|진흥원))\s*[)）]"
)
_ORG_LINE = re.compile(r"(?:소관|부처명?|기관명|단체명|소관부처)\s*[:：]\s*([가-힣·]{2,20})")
_PROJECT_LINE = re.compile(r"(?:세부사업명?|사업명|세부사업)\s*[:：]\s*([^:：\n]{2,60})$")
# (백만원), ('31.6월말, 백만원), (조원, %)
_UNIT_AT_END = re.compile(
    r"[(\[〔【](?:[^()\[\]〔〕【】]{0,30}[,·]\s*)?\s*(?:금액\s*[:：]?\s*)?(?:천|만|백만|천만|억|십억|조)\s*원\s*(?:,\s*[%％]p?\s*)?[)\]〕】]\s*$"
)
_NOTE_OF_UNIT = re.compile(r"\s*(?:[※*]|주\s*[0-9]?\s*[).:])[^.]{0,30}단\s*위\s*[:：는]")
# What the head and the foot of a page say: which office or project it has come to, the unit once more, its number.
_LEVEL_LINE = re.compile(
    r"\s{0,9}(?:부서|정책|단위|세부|회계|소관)(?:사업)?\s{0,3}[:：]\s{0,3}(?![가-힣]{1,3}원)[^\n]{0,60}"
)
_UNIT_LINE = re.compile(r"\s{0,9}[(\[<]?\s?단\s?위\s?[:：]\s{0,3}[가-힣]{1,3}원\s?[)\]>]?\s{0,9}")
_PAGE_NUMBER = re.compile(
    r"[-–—\s]{0,9}[0-9]{1,4}(?:\s?/\s?[0-9]{1,4})?[-–—\s]{0,9}|[(<\[]?\s?(?:계속|이어짐)\s?[)>\]]?"
)
_CODED_NAME = re.compile(r"([가-힣A-Za-z][^()\n:]{1,60}?)\s*[(（]\s*([0-9]{4}-[0-9]{3})\s*[)）]")


def kind_of(texts: Sequence[str | None]) -> str:
    """The kind of document that the first of some texts names; `기타` where none does."""
    for text in texts:
        for pattern, kind in _KINDS:
            if text and pattern.search(text):
                return kind
    return "기타"


def org_in(text: str) -> str | None:
    """The office that a title or a line names as the document's own, such as 예산요구서(맑은물부)."""
    match = _ORG_LINE.search(text)
    if match:
        return match.group(1).strip()
    found = [name for name in _ORG.findall(text) if parse_unit(name) is None]
    return " ".join(found[-1].split()) if found else None


def project_in(text: str) -> Subject | None:
    """The project that a title, a heading or a line names: with its code, or as `사업명: …`."""
    found = _CODED_NAME.findall(text)
    if len(found) == 1:
        name, code = found[0][0].strip(), found[0][1]
        name = re.sub(r"^.*(?: [-–—] |[-–—:]\s)", "", name).strip("「」『』○ㅇ□■※·- ")
        return _project(name, code)
    match = _PROJECT_LINE.search(text)
    return _project(match.group(1).strip("「」 "), None) if match else None


def _project(name: str, code: str | None) -> Subject:
    names = {Level.PROJECT: name}
    codes = {Level.PROJECT: code} if code else {}
    return Subject(Level.PROJECT, name, code, names, codes)


@dataclass(slots=True)
class _State:
    """Where the walk is.

    Args:
        lines: texts since the last table, nearest first.
        sheet: the sheet that it is in.
        org: office whose tables follow.
        subject: project whose tables follow.
        before: the table before that has headings of its own.
        above: texts that hold for the table before, for its later parts and pages.
        page: texts right above the table before, or above the last page that had any.
        last: the table before.
    """

    lines: list[str] = field(default_factory=list)
    sheet: str | None = None
    org: tuple[str | None, str | None] = (None, None)
    subject: Subject | None = None
    before: TableView | None = None
    above: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    last: TableView | None = None


class Surroundings:
    """Walks a document once and says of every table what stands around it.

    Args:
        document: the document.
    """

    def __init__(self, document: FormDocument) -> None:
        self._document = document
        texts = [
            element.text
            for element in document.elements[:12]
            if element.table is None and len(element.text) <= (_MAX_CAPTION if element.level else _MAX_SHORT)
        ]
        self.views = list(_views(document.elements))
        titles = [view.own(1, 1) for view in self.views[:1]]
        self.kind = kind_of([document.title, *texts, *titles, *(view.element.sheet for view in self.views[:1])])
        self._sections = _sections(self.views)
        self._notes_of_unit = dict(_notes_of_unit(document.elements, self.views))
        if self.kind in _WIDE_KINDS and any(project_of_block(view) for view in self.views):
            self.kind = "사업설명자료"
        first_org = next((org for text in (document.title, *texts[:4]) if text and (org := org_in(text))), None)
        self.org: tuple[str | None, str | None] = (first_org, None)

    def tables(self) -> Iterator[tuple[TableView, Around]]:
        """Every table with what stands around it, in reading order."""
        state = _State(org=self.org, subject=project_in(self._document.title or ""))
        numbered = {view.ordinal: view for view in self.views}
        for ordinal, element in enumerate(self._document.elements):
            if element.sheet != state.sheet:
                state.sheet, state.lines, state.before, state.last = element.sheet, [], None, None
            view = numbered.get(ordinal)
            if view is None:
                self._take_line(element, state)
                continue
            self._take_block(view, state)
            is_part = state.last is not None and view.goes_on_from(state.last)
            goes_on = is_part or self._take_page(view, state)
            yield view, replace(self._around(view, state, is_part=is_part), goes_on=goes_on)
            state.last = view
            caption = _caption(view)
            if is_part:
                continue
            if caption is None:
                state.above = state.lines
                state.lines, state.before = [], view
            else:
                self._take_text(caption, state)

    def _take_line(self, element: Element, state: _State) -> None:
        if element.kind not in (ElementKind.FOOTER, ElementKind.IMAGE):
            self._take_text(element.text.strip(), state)

    def _take_text(self, text: str, state: _State) -> None:
        if not text:
            return
        state.lines = [text, *state.lines][:_MAX_LINES]
        if len(text) <= _MAX_CAPTION:
            project = project_in(text)
            if project is not None:
                state.subject = _under(project, state.subject)
            org = _ORG_LINE.search(text)
            if org:
                state.org = (org.group(1), None)

    def _take_page(self, view: TableView, state: _State) -> bool:
        """Whether a table goes on over a page from the one before it; what was said above that one then holds on."""
        own = list(state.lines)
        is_next = state.last is not None and _is_next_page(view, state.last, state)
        # a page that says that it has come to another office or project goes on from nothing
        goes_on = is_next and not any(_names_level(line) and line not in state.page for line in own)
        if is_next:
            said = (line for line in state.above if line not in own)
            state.lines = [*own, *(line for line in said if not _is_page_head(line) or units_in(line))]
        if own or not is_next:
            state.page = own
        return goes_on

    def _take_block(self, view: TableView, state: _State) -> None:
        section = self._sections.get(view.ordinal)
        if section is not None:
            state.subject = _called(section, project_in(self._document.title or ""))
        block = project_of_block(view)
        if block is not None and block.names.get(Level.ORG):
            state.org = (block.names[Level.ORG], block.codes.get(Level.ORG))

    def _around(self, view: TableView, state: _State, *, is_part: bool) -> Around:
        element = view.element
        lines = state.above if is_part else state.lines
        headings = tuple(reversed(element.section_path))
        captions = [line for line in lines if len(line) <= _MAX_CAPTION]
        above = [line for line in captions if "단위" in line or _UNIT_AT_END.search(line)]
        stated = above or self._notes_of_unit.get(view.number, [])
        unit = next((units[0].raw for line in stated if (units := units_in(line))), None)
        named = [*captions, *headings, element.sheet or "", self._document.title or ""]
        year = next((found for text in named if (found := years.year_of_line(text)) is not None), None)
        return Around(
            title=self._document.title,
            lines=tuple(lines),
            headings=headings,
            unit=unit,
            fiscal_year=year if year is not None else self._document.declared.fiscal_year,
            org=state.org,
            subject=state.subject,
            kind=self.kind,
            declared=self._document.declared,
            before=state.before,
            is_part=is_part,
            descriptor=self._document.descriptor,
        )


def _is_next_page(view: TableView, last: TableView, state: _State) -> bool:
    """Whether a table has the heading row of the one before it, and between them stands but what a new page repeats."""
    if view.n_cols != last.n_cols or view.own_row(1) != last.own_row(1):
        return False
    return all(line in state.above or _is_page_head(line) for line in state.lines)


def _is_page_head(text: str) -> bool:
    return all(
        _LEVEL_LINE.fullmatch(line) or _UNIT_LINE.fullmatch(line) or _PAGE_NUMBER.fullmatch(line)
        for line in text.split("\n")
    )


def _names_level(text: str) -> bool:
    return any(_LEVEL_LINE.fullmatch(line) for line in text.split("\n"))


def _called(block: Subject, title: Subject | None) -> Subject:
    """A code block's project by the name that the title gives it, where that says more: a block's cell may be cut short."""
    if title is None or title.code is None or title.code != block.codes.get(Level.PROJECT):
        return block
    if not title.name.startswith(block.names.get(Level.PROJECT, "?")):
        return block
    return replace(block, name=title.name, names={**block.names, Level.PROJECT: title.name})


def _caption(view: TableView) -> str | None:
    """The text of a frame around one line, which is laid out as a table and is a caption."""
    texts = [text for row in view.rows() for text in view.own_row(row) if text.strip()]
    return texts[0].strip() if len(texts) == 1 and view.n_rows <= 2 and len(texts[0]) <= _MAX_CAPTION else None


_CAPTION_TAIL = re.compile(
    r"\s*(?:연도별|최근\s*[0-9]년간?)?\s*(?:예산|집행|결산|투자|사업비|예산\s*집행)\s*(?:액|안)?\s*(?:실적|현황|내역|추이|계획|상황)?\s*"
    r"(?:\([^)]*\))?\s*$"
)
_OUTLINE_TAIL = re.compile(r"\s*(?:사업)?\s*개\s*요\s*$")
# What a caption speaks of in general, and not as of one project.
_NO_SUBJECT = re.compile(
    r"별(?:\s|$)|회계|총괄|전체|세[출입]|예산|결산|집행|"
    r"^(?:주요|재정|사업|기금|정책|회의|행사|기본|일반|운영|현황|연도|단위|추진)(?:\s*사업)?$"
)


def captioned(around: Around) -> str | None:
    """What the nearest caption says that a table is about: `도로 정비 집행 실적` → 도로 정비; None where it says nothing."""
    caption = _caption_of(around)
    name = _subject_in(_CAPTION_TAIL.sub("", caption))
    return name if name != caption else None


def outlined(around: Around) -> str | None:
    """The project that the nearest caption says a table to be the outline of: `도로 정비 사업 개요` → 도로 정비."""
    tail = _OUTLINE_TAIL.search(caption := _caption_of(around))
    return _subject_in(caption[: tail.start()]) if tail is not None else None


def _caption_of(around: Around) -> str:
    """The nearest line that says more than a unit, without what stands around it; empty where it is no caption."""
    for line in around.lines:
        line = words.without_unit_note(line).strip()
        if line and len(line) <= _MAX_CAPTION and "단위" not in line:
            return re.sub(r"^[\s○ㅇ□■●◦▷▶◆◇※*\-–<〈《\[(]*(?:[0-9]+[.)]|[가-하][.)])?\s*", "", line).rstrip(">〉》])")
    return ""


def _subject_in(caption: str) -> str | None:
    """What a caption without its tail speaks of, without its year; None where that is nothing in particular."""
    name = re.sub(r"^(?:(?:19|20)[0-9]{2}|['’][0-9]{2})\s*년?도?\s*", "", caption).strip()
    return name if 2 <= len(name) <= 40 and not _NO_SUBJECT.search(name) else None


def _views(elements: Sequence[Element]) -> Iterator[TableView]:
    """The tables with their numbers; the parts that a long table was cut into share that of the first."""
    number = 0
    before: TableView | None = None
    for ordinal, element in enumerate(elements):
        if element.table is None:
            continue
        view = TableView(element, ordinal, number + 1)
        if before is not None and view.goes_on_from(before):
            view.number = before.number
        else:
            number += 1
        before = view
        yield view


def _notes_of_unit(elements: Sequence[Element], views: Sequence[TableView]) -> Iterator[tuple[int, list[str]]]:
    """By table, the note right below it that states its unit: ※ 단위: 천원.

    One that stands right above the next table as well could be of either, and counts for neither here.
    """
    numbers = {view.ordinal: view.number for view in views}
    table: int | None = None
    sheet: str | None = None
    texts: list[str] = []
    for ordinal, element in enumerate(elements):
        if element.table is None and element.sheet == sheet:
            texts += [text] if (text := element.text.strip()) and len(texts) < 2 else []
            continue
        is_next = element.table is not None and element.sheet == sheet
        if table is not None and texts and _NOTE_OF_UNIT.match(texts[0]) and not (is_next and len(texts) == 1):
            yield table, texts[:1]
        table, sheet, texts = numbers.get(ordinal), element.sheet, []
    if table is not None and texts and _NOTE_OF_UNIT.match(texts[0]):
        yield table, texts


def _under(project: Subject, before: Subject | None) -> Subject:
    """A project named by a line, under what a code block said before if that was of the same project."""
    if before is None or before.code != project.code or before.code is None:
        return project
    return before


def _sections(views: Sequence[TableView]) -> Mapping[int, Subject]:
    """The project of every table between two code blocks, by the table's ordinal.

    A block may state only the codes above the project; then the project is the one that the section's tables of transfers
    name with its code, or the only one of its table of owners.
    """
    blocks = [(index, block) for index, view in enumerate(views) if (block := project_of_block(view)) is not None]
    found: dict[int, Subject] = {}
    starts = [index for index, _ in blocks]
    if not starts:
        lone = _section_project(views)
        return {view.ordinal: lone for view in views} if lone is not None else {}
    if starts[0] > 0:
        head = _section_project(views[: starts[0]])
        if head is not None:
            found |= {view.ordinal: head for view in views[: starts[0]]}
    for (start, block), end in zip(blocks, [*starts[1:], len(views)], strict=True):
        own = block if Level.PROJECT in block.names else _joined(block, _section_project(views[start:end]))
        found |= {view.ordinal: own for view in views[start:end]}
    return found


def _section_project(views: Sequence[TableView]) -> Subject | None:
    transfers = {project for view in views for project in projects_of_transfers(view)}
    if len(transfers) == 1:
        return _project(*next(iter(transfers)))
    owners = {name for view in views for name in projects_of_owners(view)}
    return _project(next(iter(owners)), None) if len(owners) == 1 and not transfers else None


def _joined(block: Subject, project: Subject | None) -> Subject:
    if project is None:
        return block
    return Subject(
        Level.PROJECT, project.name, project.code, {**block.names, **project.names}, {**block.codes, **project.codes}
    )


def context_texts(around: Around) -> Iterator[str]:
    """Short texts around a table, nearest first: captions, headings, the title."""
    yield from (line for line in around.lines if len(line) <= _MAX_CAPTION)
    yield from around.headings
    if around.title:
        yield around.title


def has_budget_sign(around: Around) -> bool:
    """Whether captions, headings, the title or the kind of document speak of budgets."""
    known = around.kind not in ("기타", "회의록", "보도자료", "지침")
    return known or any(words.has_budget_sign(text) for text in context_texts(around))
