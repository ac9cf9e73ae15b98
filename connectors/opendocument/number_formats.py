"""Number formats of OpenDocument spreadsheets as the codes that Excel writes, since they are stored as trees of parts."""

import lxml.etree as etree

from connectors.opc import local_name

_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_STYLE_KINDS = (
    "number-style", "percentage-style", "currency-style", "date-style", "time-style", "boolean-style", "text-style",
)  # fmt: skip
_PLAIN_SIGNS = frozenset(" -+/().,:%")
_MAX_DECIMALS = 30
_MOMENTS = {
    "year": ("yy", "yyyy"), "month": ("m", "mm"), "day": ("d", "dd"), "hours": ("h", "hh"), "minutes": ("m", "mm"),
    "seconds": ("s", "ss"), "day-of-week": ("ddd", "dddd"), "am-pm": ("AM/PM", "AM/PM"),
}  # fmt: skip


def format_codes(*roots: etree._Element) -> dict[str, str]:
    """Codes of the number formats that are defined under some elements, by their names; General ones are left out."""
    styles: dict[str, etree._Element] = {}
    for root in roots:
        for element in root.iter(*(f"{_NUMBER}{kind}" for kind in _STYLE_KINDS)):
            styles[element.get(f"{_STYLE}name", "")] = element
    own = {name: _code(element) for name, element in styles.items()}
    codes: dict[str, str] = {}
    for name, element in styles.items():
        # A format for some numbers only, such as negative ones, names the others' formats and goes after them.
        others = [own.get(entry.get(f"{_STYLE}apply-style-name", ""), "") for entry in element.iterchildren("{*}map")]
        code = ";".join([*filter(None, others), own[name]])
        if code and code != "General":
            codes[name] = code
    return codes


def _code(style: etree._Element) -> str:
    parts: list[str] = []
    for child in style:
        name = local_name(child)
        if name in ("number", "scientific-number", "fraction"):
            parts.append(_digits(child, name))
        elif name in ("text", "currency-symbol"):
            text = child.text or ""
            is_plain = _PLAIN_SIGNS.issuperset(text)
            parts.append(text if is_plain or not text else f'"{text}"')
        elif name == "text-content":
            parts.append("@")
        elif name == "month" and child.get(f"{_NUMBER}textual") == "true":
            parts.append("mmmm" if child.get(f"{_NUMBER}style") == "long" else "mmm")
        elif name in _MOMENTS:
            parts.append(_MOMENTS[name][child.get(f"{_NUMBER}style") == "long"])
    return "".join(parts)


def _digits(part: etree._Element, name: str) -> str:
    decimals = _count(part.get(f"{_NUMBER}decimal-places"))
    if name == "number" and decimals is None:
        return "General"
    whole = "0" * max(1, _count(part.get(f"{_NUMBER}min-integer-digits")) or 0)
    if part.get(f"{_NUMBER}grouping") == "true":
        whole = f"#,##{whole}"
    least = _count(part.get(f"{_NUMBER}min-decimal-places"))
    kept = min(decimals or 0, decimals or 0 if least is None else least)
    tail = "0" * kept + "#" * ((decimals or 0) - kept)
    code = f"{whole}.{tail}" if tail else whole
    if name == "scientific-number":
        code += "E+" + "0" * max(1, _count(part.get(f"{_NUMBER}min-exponent-digits")) or 0)
    return "# ?/?" if name == "fraction" else code


def _count(text: str | None) -> int | None:
    return min(int(text), _MAX_DECIMALS) if text and text.isdecimal() else None
