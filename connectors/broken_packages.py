"""Documents in ZIP packages whose main part is gone: told by the parts that are left, so that they pass for no archive."""

import re
from collections.abc import Iterable

from connectors.opendocument import texts as opendocument

_CONTENT_TYPES = "[content_types].xml"
_ODF_MANIFEST = "meta-inf/manifest.xml"
_ODF_PARTS = frozenset({"content.xml", "styles.xml", "meta.xml", "settings.xml"})
_HWPX_CONTENT = re.compile(r"contents/(?:section\d{1,6}|header|masterpage\d{1,6})\.xml|contents/content\.hpf")
_HWPX_PARTS = frozenset(
    {"mimetype", "version.xml", "settings.xml", "meta-inf/container.xml", "meta-inf/container.rdf", _ODF_MANIFEST}
)
_OFFICE_PARTS = {
    "DOCX": re.compile(
        r"word/(?:_rels/[^/]+\.rels|theme/theme\d+\.xml|(?:document|styles|stylesWithEffects|settings|webSettings|fontTable"
        r"|numbering|footnotes|endnotes|comments|commentsExtended|people|header|footer)\d*\.xml|glossary/[^/]+\.xml"
        r"|vbaProject\.bin)",
        re.IGNORECASE,
    ),
    "XLSX": re.compile(
        r"xl/(?:(?:worksheets/|chartsheets/)?_rels/[^/]+\.rels|theme/theme\d+\.xml|(?:worksheets|chartsheets)/sheet\d*\.(?:xml|bin)"
        r"|(?:workbook|styles|sharedStrings|calcChain|metadata|persons/person)\d*\.(?:xml|bin)|vbaProject\.bin)",
        re.IGNORECASE,
    ),
    "PPTX": re.compile(
        r"ppt/(?:(?:\w+/)?_rels/[^/]+\.rels|theme/theme\d+\.xml|(?:presentation|presProps|viewProps|tableStyles)\d*\.xml"
        r"|(?:slide|slideLayout|slideMaster|notesSlide|notesMaster)s/\w+\.xml|vbaProject\.bin)",
        re.IGNORECASE,
    ),
}


def find_broken_document(names: Iterable[str], content: bytes) -> str:
    """What document a ZIP file's parts are the rest of: `DOCX`, `XLSX`, `PPTX`, `HWPX`, `ODF`; empty if of none.

    To be asked for a file that no format of documents knows for its own. A folder that is merely called `word` is none.

    Args:
        names: paths of the members.
        content: the ZIP file's bytes.
    """
    present = {name.lower() for name in names}
    for family, part in _OFFICE_PARTS.items():
        parts = [name for name in present if part.fullmatch(name)]
        # What Office itself writes at the root, or parts together with the relations that hold such parts together.
        is_bound = len(parts) > 1 and any(name.endswith(".rels") for name in present)
        if parts and (is_bound or _CONTENT_TYPES in present):
            return family
    if any(map(_HWPX_CONTENT.fullmatch, present)) and not present.isdisjoint(_HWPX_PARTS):
        return "HWPX"
    left = present & _ODF_PARTS
    is_package = _ODF_MANIFEST in present and ("content.xml" in left or len(left) > 1)
    # One that still says what it is, a drawing or a chart, is whole and not for us.
    return "ODF" if is_package and not opendocument.kind_of(content) else ""
