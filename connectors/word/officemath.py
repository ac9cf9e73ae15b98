"""Equations of Office documents on a line: fractions, roots, sums, super- and subscripts as they are typed."""

import lxml.etree as etree

from connectors.opc import local_name

_ROOT, _DEFAULT_SUM = "√", "∫"


def linear(math: etree._Element) -> str:
    """An equation as the characters that it is set from, with `/`, `^`, `_` and brackets where it is not on one line."""
    return "".join(_line(child) for child in math)


def _line(element: etree._Element) -> str:
    name = local_name(element)
    if name == "r":
        return "".join(text.text or "" for text in element.iterchildren("{*}t"))
    if name == "f":
        return f"{_grouped(element, 'num')}/{_grouped(element, 'den')}"
    if name in ("sSup", "sSub", "sSubSup"):
        return _inner(element, "e") + _scripts(element)
    if name == "sPre":
        return _scripts(element) + _inner(element, "e")
    if name == "rad":
        degree = _inner(element, "deg")
        return f"{degree}{_ROOT}{_grouped(element, 'e')}"
    if name == "nary":
        sign = element.find("{*}naryPr/{*}chr")
        return f"{_value(sign, _DEFAULT_SUM)}{_scripts(element)} {_inner(element, 'e')}"
    if name == "d":
        begin, end = (element.find(f"{{*}}dPr/{{*}}{side}") for side in ("begChr", "endChr"))
        parts = [linear(part) for part in element.iterchildren("{*}e")]
        between = _value(element.find("{*}dPr/{*}sepChr"), "|")
        return f"{_value(begin, '(')}{between.join(parts)}{_value(end, ')')}"
    if name in ("m", "eqArr"):
        rows = list(element.iterchildren("{*}mr")) or [element]
        cells = ["&".join(linear(part) for part in row.iterchildren("{*}e")) for row in rows]
        return f"[{';'.join(cells)}]" if name == "m" else cells[0].replace("&", "\n")
    if name.endswith("Pr"):
        return ""
    return "".join(_line(child) for child in element)


def _scripts(element: etree._Element) -> str:
    sub, sup = _grouped(element, "sub"), _grouped(element, "sup")
    return (f"_{sub}" if sub else "") + (f"^{sup}" if sup else "")


def _inner(element: etree._Element, name: str) -> str:
    part = element.find(f"{{*}}{name}")
    return "" if part is None else linear(part)


def _grouped(element: etree._Element, name: str) -> str:
    text = _inner(element, name)
    return f"({text})" if len(text) > 1 and not text.isalnum() else text


def _value(element: etree._Element | None, default: str) -> str:
    if element is None:
        return default
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}val")), "")
