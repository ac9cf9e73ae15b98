"""The words of RTF by what they do: characters, destinations that hold text of their own, and those that hold none."""

import re

from schemas.elements import ElementKind

CHARACTERS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
    "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip
SYMBOLS = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}

FLOWS = {
    "footnote": ElementKind.FOOTNOTE,
    "annotation": ElementKind.NARRATIVE_TEXT,
    "shptxt": ElementKind.NARRATIVE_TEXT,
    "dptxbxtext": ElementKind.NARRATIVE_TEXT,
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), ElementKind.HEADER),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), ElementKind.FOOTER),
}
"""Destinations that are flows of their own."""

STARRED = frozenset(
    {
        "annotation", "shppict", "shpinst", "fldinst", "nesttableprops", "moMath", "ud", "do", "generator", "objdata",
        "fonttbl", "footnote", "mmath", "moMathPara", "pntext", "listtext",
    }
)  # fmt: skip
"""Destinations marked as unknown to old readers that are known to this one."""

SKIPPED = frozenset(
    {
        "colortbl", "filetbl", "listtable", "listoverridetable", "xe", "tc", "tcn", "rxe", "txe", "nonshppict",
        "nonesttables", "private1", "sp", "sn", "sv", "shprslt", "mmathPict", "bkmkstart", "bkmkend", "template",
        "ffname", "ffdeftext", "ffformat", "ffhelptext", "ffstattext", "objclass", "objname", "objtime", "pn",
        "pntxta", "pntxtb", "rsidtbl", "themedata", "latentstyles", "revtbl", "picprop", "blipuid", "fname", "panose",
        "falt", "atnid", "atnauthor", "atndate", "atnicn", "atntime", "atnref", "atnparent", "ftnsep", "ftnsepc",
        "ftncn", "aftnsep", "aftnsepc", "aftncn", "datafield", "formfield", "xmlnstbl", "userprops", "docvar",
    }
)  # fmt: skip

INFORMATION = {
    "title": "", "subject": "subject", "author": "author", "operator": "last_modified_by", "keywords": "keywords",
    "doccomm": "description", "company": "company", "category": "category", "manager": "", "generator": "application",
}  # fmt: skip
"""Words of the information group with the property that each is; the title is told apart."""

PROPERTY_DATES = {"creatim": "created_at", "revtim": "modified_at"}

HYPERLINK = re.compile(r'HYPERLINK\s+(?:"([^"]{1,2000})"|(?!\\)(\S{1,2000}))', re.IGNORECASE)

_STYLE_LEVEL = re.compile(r"(?:heading|제목|개요)\s*([1-9])", re.IGNORECASE)


def style_level(name: str) -> int | None:
    """The level of a heading by the name of its style."""
    found = _STYLE_LEVEL.fullmatch(name.strip())
    return int(found[1]) if found else None
