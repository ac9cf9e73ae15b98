"""HWPX documents: a ZIP of OWPML parts, `mimetype` first and stored."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from pipelines.sample.manuscript import Heading, Manuscript, Table, unit_line
from pipelines.sample.writers.archive import pack_archive
from schemas.elements import Cell, Grid

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>'
_HANCOM = "http://www.hancom.co.kr/hwpml/2011"
_NAMESPACES = " ".join(
    [
        f'xmlns:ha="{_HANCOM}/app"',
        f'xmlns:hp="{_HANCOM}/paragraph"',
        f'xmlns:hs="{_HANCOM}/section"',
        f'xmlns:hc="{_HANCOM}/core"',
        f'xmlns:hh="{_HANCOM}/head"',
        'xmlns:hpf="http://www.hancom.co.kr/schema/2011/hpf"',
        'xmlns:opf="http://www.idpf.org/2007/opf/"',
    ]
)
_LANGUAGES = ("HANGUL", "LATIN", "HANJA", "JAPANESE", "OTHER", "SYMBOL", "USER")
_SIDES = ("left", "right", "top", "bottom")

_BODY, _TITLE, _HEADING, _SMALL = range(4)
_CHARACTERS = ((1000, False), (1600, True), (1300, True), (900, False))
_JUSTIFIED, _CENTERED, _RIGHT = range(3)
_ALIGNMENTS = ("JUSTIFY", "CENTER", "RIGHT")
_TEXT_WIDTH = 48188
_ROW_HEIGHT = 1700


def write_hwpx(manuscript: Manuscript) -> bytes:
    """The manuscript as an HWPX file."""
    preview = "\r\n".join(manuscript.lines())[:1000]
    parts = {
        "mimetype": "application/hwp+zip",
        "version.xml": _version(),
        "Contents/header.xml": _head(),
        "Contents/section0.xml": _section(manuscript),
        "Preview/PrvText.txt": preview,
        "settings.xml": f'{_DECLARATION}<ha:HWPApplicationSetting {_NAMESPACES}><ha:CaretPosition listIDRef="0" '
        'paraIDRef="0" pos="0"/></ha:HWPApplicationSetting>',
        "META-INF/container.xml": _container(),
        "META-INF/manifest.xml": f'{_DECLARATION}<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:'
        'manifest:1.0"/>',
        "Contents/content.hpf": _package(manuscript.title),
    }
    return pack_archive({path: text.encode() for path, text in parts.items()})


def _version() -> str:
    return (
        f'{_DECLARATION}<hv:HCFVersion xmlns:hv="{_HANCOM}/version" tagetApplication="WORDPROCESSOR" major="5" minor="1" '
        'micro="1" buildNumber="0" os="1" xmlVersion="1.5" application="Hancom Office Hangul" appVersion="12, 0, 0, 0"/>'
    )


def _container() -> str:
    return (
        f'{_DECLARATION}<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container"><ocf:rootfiles>'
        '<ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/>'
        '<ocf:rootfile full-path="Preview/PrvText.txt" media-type="text/plain"/></ocf:rootfiles></ocf:container>'
    )


def _package(title: str) -> str:
    items = "".join(
        f'<opf:item id="{name}" href="{path}" media-type="application/xml"/>'
        for name, path in (
            ("header", "Contents/header.xml"),
            ("section0", "Contents/section0.xml"),
            ("settings", "settings.xml"),
        )
    )
    return (
        f'{_DECLARATION}<opf:package {_NAMESPACES} version="" unique-identifier="" id=""><opf:metadata>'
        f"<opf:title>{escape(title)}</opf:title><opf:language>ko</opf:language>"
        '<opf:meta name="creator" content="text">담당 사무관</opf:meta></opf:metadata>'
        f'<opf:manifest>{items}</opf:manifest><opf:spine><opf:itemref idref="header" linear="yes"/>'
        '<opf:itemref idref="section0" linear="yes"/></opf:spine></opf:package>'
    )


def _head() -> str:
    fonts = "".join(
        f'<hh:fontface lang="{language}" fontCnt="1"><hh:font id="0" face="함초롬바탕" type="TTF" isEmbedded="0"/>'
        "</hh:fontface>"
        for language in _LANGUAGES
    )
    fills = _border_fill(1, "NONE") + _border_fill(2, "SOLID")
    characters = "".join(_character(number, *shape) for number, shape in enumerate(_CHARACTERS))
    paragraphs = "".join(_paragraph_shape(number, alignment) for number, alignment in enumerate(_ALIGNMENTS))
    return (
        f'{_DECLARATION}<hh:head {_NAMESPACES} version="1.4" secCnt="1">'
        '<hh:beginNum page="1" footnote="1" endnote="1" pic="1" tbl="1" equation="1"/><hh:refList>'
        f'<hh:fontfaces itemCnt="{len(_LANGUAGES)}">{fonts}</hh:fontfaces>'
        f'<hh:borderFills itemCnt="2">{fills}</hh:borderFills>'
        f'<hh:charProperties itemCnt="{len(_CHARACTERS)}">{characters}</hh:charProperties>'
        '<hh:tabProperties itemCnt="1"><hh:tabPr id="0" autoTabLeft="0" autoTabRight="0"/></hh:tabProperties>'
        f'<hh:paraProperties itemCnt="{len(_ALIGNMENTS)}">{paragraphs}</hh:paraProperties>'
        '<hh:styles itemCnt="1"><hh:style id="0" type="PARA" name="바탕글" engName="Normal" paraPrIDRef="0" '
        'charPrIDRef="0" nextStyleIDRef="0" langID="1042" lockForm="0"/></hh:styles></hh:refList></hh:head>'
    )


def _border_fill(number: int, line: str) -> str:
    borders = "".join(f'<hh:{side}Border type="{line}" width="0.12 mm" color="#000000"/>' for side in _SIDES)
    return (
        f'<hh:borderFill id="{number}" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0">'
        '<hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" isCounter="0"/>'
        f"{borders}</hh:borderFill>"
    )


def _character(number: int, height: int, is_bold: bool) -> str:
    def for_languages(tag: str, value: int) -> str:
        return f"<hh:{tag} " + " ".join(f'{name.lower()}="{value}"' for name in _LANGUAGES) + "/>"

    return (
        f'<hh:charPr id="{number}" height="{height}" textColor="#000000" shadeColor="none" useFontSpace="0" '
        'useKerning="0" symMark="NONE" borderFillIDRef="1">'
        + for_languages("fontRef", 0)
        + for_languages("ratio", 100)
        + for_languages("spacing", 0)
        + for_languages("relSz", 100)
        + for_languages("offset", 0)
        + ("<hh:bold/>" if is_bold else "")
        + "</hh:charPr>"
    )


def _paragraph_shape(number: int, alignment: str) -> str:
    margins = "".join(f'<hc:{name} value="0" unit="HWPUNIT"/>' for name in ("intent", "left", "right", "prev", "next"))
    return (
        f'<hh:paraPr id="{number}" tabPrIDRef="0" condense="0" fontLineHeight="0" snapToGrid="1" '
        'suppressLineNumbers="0" checked="0">'
        f'<hh:align horizontal="{alignment}" vertical="BASELINE"/><hh:heading type="NONE" idRef="0" level="0"/>'
        f'<hh:margin>{margins}</hh:margin><hh:lineSpacing type="PERCENT" value="160" unit="HWPUNIT"/></hh:paraPr>'
    )


def _section(manuscript: Manuscript) -> str:
    paragraphs = [_paragraph(_run(_section_properties() + _running_header(manuscript.header)))]
    for number, block in enumerate(manuscript.blocks):
        if isinstance(block, Table):
            unit = unit_line(block.grid)
            if unit:
                paragraphs.append(_paragraph(_text(unit, _SMALL), _RIGHT))
            paragraphs.append(_paragraph(_run(_table(block.grid, number))))
        elif isinstance(block, Heading):
            paragraphs.append(
                _paragraph(_text(block.text, _TITLE), _CENTERED)
                if number == 0
                else _paragraph(_text(block.text, _HEADING))
            )
        else:
            paragraphs.append(_paragraph(_text(block.text, _BODY)))
    return f"{_DECLARATION}<hs:sec {_NAMESPACES}>{''.join(paragraphs)}</hs:sec>"


def _paragraph(content: str, shape: int = _JUSTIFIED) -> str:
    return (
        f'<hp:p id="0" paraPrIDRef="{shape}" styleIDRef="0" pageBreak="0" columnBreak="0" merged="0">{content}</hp:p>'
    )


def _run(content: str, font: int = _BODY) -> str:
    return f'<hp:run charPrIDRef="{font}">{content}</hp:run>'


def _text(text: str, font: int) -> str:
    return _run(f"<hp:t>{escape(text)}</hp:t>", font)


def _section_properties() -> str:
    return (
        '<hp:secPr id="" textDirection="HORIZONTAL" spaceColumns="1134" tabStop="8000" outlineShapeIDRef="0" '
        'memoShapeIDRef="0" textVerticalWidthHead="0" masterPageCnt="0">'
        '<hp:startNum pageStartsOn="BOTH" page="0" pic="0" tbl="0" equation="0"/>'
        '<hp:pagePr landscape="WIDELY" width="59528" height="84188" gutterType="LEFT_ONLY"><hp:margin header="4252" '
        'footer="4252" gutter="0" left="5669" right="5669" top="5669" bottom="4252"/></hp:pagePr></hp:secPr>'
        '<hp:ctrl><hp:colPr id="" type="NEWSPAPER" layout="LEFT" colCount="1" sameSz="1" sameGap="0"/></hp:ctrl>'
    )


def _running_header(header: str | None) -> str:
    if header is None:
        return ""
    text = _paragraph(_text(header, _BODY), _CENTERED)
    return f'<hp:ctrl><hp:header id="1" applyPageType="BOTH">{_list(text, "TOP")}</hp:header></hp:ctrl>'


def _list(content: str, vertical: str) -> str:
    return (
        f'<hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="{vertical}" linkListIDRef="0" '
        f'linkListNextIDRef="0" textWidth="0" textHeight="0" hasTextRef="0" hasNumRef="0">{content}</hp:subList>'
    )


def _table(grid: Grid, number: int) -> str:
    width = _TEXT_WIDTH // grid.n_cols
    rows = "".join(
        "<hp:tr>" + "".join(_cells((cell for cell in grid.cells if cell.row == row), width)) + "</hp:tr>"
        for row in range(1, grid.n_rows + 1)
    )
    return (
        f'<hp:tbl id="{1000 + number}" zOrder="0" numberingType="TABLE" textWrap="TOP_AND_BOTTOM" '
        f'textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" pageBreak="CELL" repeatHeader="1" rowCnt="{grid.n_rows}" '
        f'colCnt="{grid.n_cols}" cellSpacing="0" borderFillIDRef="2" noAdjust="0">'
        f'<hp:sz width="{width * grid.n_cols}" widthRelTo="ABSOLUTE" height="{_ROW_HEIGHT * grid.n_rows}" '
        'heightRelTo="ABSOLUTE" protect="0"/><hp:pos treatAsChar="1" affectLSpacing="0" flowWithText="1" '
        'allowOverlap="0" holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="PARA" vertAlign="TOP" horzAlign="LEFT" '
        f'vertOffset="0" horzOffset="0"/>{_margin("outMargin", 283)}{_margin("inMargin", 141)}{rows}</hp:tbl>'
    )


def _margin(tag: str, width: int) -> str:
    return f"<hp:{tag} " + " ".join(f'{side}="{width}"' for side in _SIDES) + "/>"


def _cells(cells: Iterable[Cell], width: int) -> Iterable[str]:
    for cell in cells:
        texts = "".join(_paragraph(_text(text, _SMALL), _CENTERED) for text in cell.text.split("\n"))
        address = f'<hp:cellAddr colAddr="{cell.col - 1}" rowAddr="{cell.row - 1}"/>'
        span = f'<hp:cellSpan colSpan="{cell.col_span}" rowSpan="{cell.row_span}"/>'
        size = f'<hp:cellSz width="{width * cell.col_span}" height="{_ROW_HEIGHT * cell.row_span}"/>'
        yield (
            f'<hp:tc name="" header="0" hasMargin="0" protect="0" editable="0" dirty="0" '
            f'borderFillIDRef="2">{_list(texts, "CENTER")}{address}{span}{size}{_margin("cellMargin", 141)}</hp:tc>'
        )
