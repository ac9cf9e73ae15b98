"""What is in DOCX, XLSX, PPTX, OpenDocument, XLS and HTML files, read from their XML or records by the benchmark's own code."""

import contextlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator

import lxml.etree as etree
import lxml.html

from benchmarks.reading_oracles_hangul import Found

_PARSER = etree.XMLParser(resolve_entities=False, huge_tree=True, recover=True)
_WORD_PARTS = re.compile(r"word/(document\d*|header\d*|footer\d*|footnotes|endnotes)\.xml", re.I)
_WORD_WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}
_HIDDEN_HTML = {"script", "style", "template", "noscript", "head", "title"}


def _xml(package: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(package.read(name), _PARSER)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _value(element: etree._Element, path: str, attribute: str = "val") -> str | None:
    found = element.find(path)
    if found is None:
        return None
    return next((value for name, value in found.attrib.items() if etree.QName(name).localname == attribute), "")


# --- DOCX ---------------------------------------------------------------------------------------------------------


def walk_docx(content: bytes) -> Found:
    """Body, headers, footers and notes; of an alternative only the choice, of tracked changes the accepted text."""
    found = Found()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in filter(_WORD_PARTS.fullmatch, package.namelist()):
            root = _xml(package, name)
            for fallback in list(root.iter("{*}Fallback")):
                parent = fallback.getparent()
                if parent is not None:
                    parent.remove(fallback)
            for table in root.iter("{*}tbl"):
                _word_table(table, found)
            for paragraph in root.iter("{*}p"):
                if "wordprocessingml" not in etree.QName(paragraph).namespace:
                    continue
                text = _word_text(paragraph)
                if text.strip():
                    found.paragraphs.append(text)
            for note in root.iter("{*}footnote", "{*}endnote"):
                is_rule = next((v for k, v in note.attrib.items() if k.endswith("}type")), "normal") != "normal"
                found.n_notes += not is_rule and any(_word_text(one).strip() for one in note.iter("{*}p"))
    return found


def _word_children(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    for child in element:
        name = _name(child)
        if name == wanted:
            yield child
        elif name in _WORD_WRAPPERS:
            yield from _word_children(child, wanted)


def _word_table(table: etree._Element, found: Found) -> None:
    found.n_tables += 1
    placed: list[list[int | str]] = []
    above: dict[int, list[int | str]] = {}
    for row in _word_children(table, "tr"):
        column = int(_value(row, "{*}trPr/{*}gridBefore") or 0)
        here: dict[int, list[int | str]] = {}
        last: list[int | str] | None = None
        for cell in _word_children(row, "tc"):
            width = int(_value(cell, "{*}tcPr/{*}gridSpan") or 1)
            across = _value(cell, "{*}tcPr/{*}hMerge")
            down = _value(cell, "{*}tcPr/{*}vMerge")
            text = "\n".join(filter(str.strip, (_word_text(one) for one in _word_children(cell, "p"))))
            if across is not None and across != "restart" and last is not None:
                last[1] = int(last[1]) + width
            elif down is not None and down != "restart" and column in above:
                last = here[column] = above[column]
                last[0] = int(last[0]) + 1
                last[2] = f"{last[2]}\n{text}" if text else last[2]
            else:
                last = [1, width, text]
                placed.append(last)
                if down is not None:
                    here[column] = last
            column += width
        above = here
    found.n_cells += len(placed)
    found.merged += [(int(rows), int(columns), str(text)) for rows, columns, text in placed if max(rows, columns) > 1]  # type: ignore[type-var]


def _word_text(paragraph: etree._Element) -> str:
    pieces: list[str] = []

    def descend(element: etree._Element) -> None:
        for child in element:
            name = _name(child)
            if name == "t":
                pieces.append(child.text or "")
            elif name in ("tab", "ptab") and _name(element) == "r":
                pieces.append("\t")
            elif name in ("br", "cr"):
                pieces.append("\n")
            elif name == "noBreakHyphen":
                pieces.append("-")
            elif name not in ("del", "moveFrom", "pPr", "rPr", "txbxContent", "oMath", "oMathPara", "instrText"):
                descend(child)

    descend(paragraph)
    return "".join(pieces)


# --- XLSX ---------------------------------------------------------------------------------------------------------


def walk_xlsx(content: bytes) -> Found:
    """The merged ranges of each worksheet, and the texts of cells that are shared or inline strings."""
    found = Found()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = {name.lower(): name for name in package.namelist()}
        shared: list[str] = []
        if "xl/sharedstrings.xml" in names:
            shared += map(_shared_text, _xml(package, names["xl/sharedstrings.xml"]).iterfind("{*}si"))
        for lowered in sorted(name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)):
            _sheet(_xml(package, names[lowered]), shared, found)
    return found


def _shared_text(item: etree._Element) -> str:
    # A phonetic run says how Japanese is read aloud and is not printed.
    phonetic = {text for run in item.iterfind("{*}rPh") for text in run.iter("{*}t")}
    return "".join(text.text or "" for text in item.iter("{*}t") if text not in phonetic)


def _sheet(sheet: etree._Element, shared: list[str], found: Found) -> None:
    texts: dict[str, str] = {}
    for cell in sheet.iter("{*}c"):
        value = cell.findtext("{*}v") or ""
        kind = cell.get("t")
        if kind == "s":
            value = shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
        elif kind == "inlineStr":
            value = "".join(t.text or "" for t in cell.iterfind("{*}is//{*}t"))
        if value.strip():
            texts[cell.get("r") or ""] = value
            if kind in ("s", "inlineStr", "str"):
                found.paragraphs.append(value)
    if texts:
        found.n_tables += 1
    for merged in sheet.iter("{*}mergeCell"):
        match = re.fullmatch(r"\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)", merged.get("ref") or "")
        if match:
            left, right = _column(match[1]), _column(match[3])
            span = int(match[4]) - int(match[2]) + 1, right - left + 1
            if max(span) > 1:
                found.merged.append((*span, texts.get(match[1] + match[2], "")))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# --- PPTX ---------------------------------------------------------------------------------------------------------


def walk_pptx(content: bytes) -> Found:
    """Tables and paragraphs of the slides and their notes."""
    found = Found()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if not re.fullmatch(r"ppt/(slides/slide|notesSlides/notesSlide)\d+\.xml", name):
                continue
            root = _xml(package, name)
            found.n_tables += sum(1 for _ in root.iter("{*}tbl"))
            for cell in root.iter("{*}tc"):
                if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                    continue
                found.n_cells += 1
                span = int(cell.get("rowSpan") or 1), int(cell.get("gridSpan") or 1)
                if max(span) > 1:
                    lines = ("".join(t.text or "" for t in p.iter("{*}t")) for p in cell.iter("{*}p"))
                    found.merged.append((*span, "\n".join(filter(str.strip, lines))))
            for paragraph in root.iter("{*}p"):
                is_number = any(_name(child) == "fld" for child in paragraph)
                text = "".join(t.text or "" if _name(t) == "t" else "\n" for t in paragraph.iter("{*}t", "{*}br"))
                if text.strip() and not is_number:
                    found.paragraphs.append(text)
    return found


# --- HTML ---------------------------------------------------------------------------------------------------------


def walk_html(content: bytes) -> Found:
    """Tables by the HTML standard: a row span ends with its group of rows at the latest."""
    found = Found()
    page = content.decode("latin-1")
    for encoding in ("cp949", "utf-8"):
        with contextlib.suppress(UnicodeDecodeError):
            page = content.decode(encoding)
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page)
    root = lxml.html.document_fromstring(page) if page.strip() else lxml.html.Element("html")
    for table in root.iter("table"):
        found.n_tables += 1
        groups: list[list[etree._Element]] = []
        loose: list[etree._Element] = []
        for child in table:
            if child.tag in ("thead", "tbody", "tfoot"):
                groups.append([row for row in child if row.tag == "tr"])
            elif child.tag == "tr":
                loose.append(child)
        for rows in [*groups, loose]:
            for number, row in enumerate(rows):
                for cell in row:
                    if cell.tag in ("td", "th"):
                        found.n_cells += 1
                        down = _span(cell.get("rowspan"), 65534)
                        down = min(down or len(rows), len(rows) - number)
                        across = _span(cell.get("colspan"), 1000) or 1
                        if max(down, across) > 1:
                            found.merged.append((down, across, cell.text_content().strip()))
    _html_texts(root, found.paragraphs)
    return found


def _span(raw: str | None, most: int) -> int:
    match = re.match(r"\s*\+?(\d+)", raw or "")
    return min(int(match[1]), most) if match else 1


def _html_texts(root: etree._Element, texts: list[str]) -> None:
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _HIDDEN_HTML:
            continue
        if any(parent.tag in _HIDDEN_HTML for parent in element.iterancestors()):
            continue
        texts += [text for text in (element.text, *(child.tail for child in element)) if text and text.strip()]


# --- OpenDocument and XLS -----------------------------------------------------------------------------------------


def walk_odf(content: bytes) -> Found:
    """Text and spreadsheet documents."""
    found = Found()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        root = _xml(package, "content.xml")
    body = root.find("{*}body")
    scope: Iterable[etree._Element] = () if body is None else [body]
    for part in scope:
        for deleted in list(part.iter("{*}tracked-changes")):
            deleted.clear()
        found.n_tables = sum(1 for _ in part.iter("{*}table"))
        for cell in part.iter("{*}table-cell"):
            spans = [
                int(next((v for k, v in cell.attrib.items() if k.endswith("}" + name)), 1))
                for name in ("number-rows-spanned", "number-columns-spanned")
            ]
            if max(spans) > 1:
                found.merged.append((*spans, "\n".join("".join(p.itertext()) for p in cell.iterfind("{*}p"))))  # type: ignore[arg-type]
        for paragraph in part.iter("{*}p", "{*}h"):
            text = "".join(_odf_pieces(paragraph))
            if text.strip():
                found.paragraphs.append(text)
        for note in part.iter("{*}note"):
            found.n_notes += any("".join(one.itertext()).strip() for one in note.iterfind("{*}note-body//{*}p"))
    return found


def _odf_pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = _name(child)
        if name == "s":
            yield " "
        elif name == "tab":
            yield "\t"
        elif name == "line-break":
            yield "\n"
        elif name not in ("note", "annotation", "frame", "custom-shape", ""):
            yield from _odf_pieces(child)
        yield child.tail or ""


def walk_xls(content: bytes) -> Found:
    """Old workbooks, by xlrd, which none of our readers need for their own merged ranges to be checked."""
    import xlrd

    found = Found()
    book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            for cell in sheet.row(row):
                if cell.ctype == xlrd.XL_CELL_TEXT and str(cell.value).strip():
                    found.paragraphs.append(str(cell.value))
        for top, bottom, left, right in sheet.merged_cells:
            if (bottom - top) * (right - left) > 1:
                text = sheet.cell_value(top, left) if top < sheet.nrows and left < sheet.row_len(top) else ""
                found.merged.append((bottom - top, right - left, str(text)))
    return found
