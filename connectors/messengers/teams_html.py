"""Bodies of Teams' messages: HTML becomes the text that people see."""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"<[^<>]*>")
_NO_LETTERS = re.compile(r"[\W_]+")
_MIN_SHARE = 0.7
# no parser of HTML takes these
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "footer",
        "address",
        "figure",
        "dl",
    ]
).union(["dt", "dd", "details", "summary", "center", "form", "fieldset"])
_UNSEEN = frozenset(["script", "style", "head", "title", "template", "systemeventmessage"])
_MAX_DEPTH = 120
_PICTURE_NAMES = frozenset(["", "image", "img", "이미지"])


def html_text(content: str, people: Mapping[str, str], inserted: Callable[[str], str]) -> str:
    """The text of a body: lists with marks, quotes with `>`, cells parted by tabs, mentions with `@`.

    Args:
        content: HTML.
        people: ids of people by the ids of the mentions; neighbours of one person are parts of one name.
        inserted: the text to put in the place of an attachment, by the attachment's id.
    """
    if "<" not in content and "&" not in content:
        return content
    root = _parsed(content)
    bare = html.unescape(_TAG.sub(" ", content))
    # the parser gives up beyond a depth, and what stands there would be lost
    if root is None or len(_letters("".join(root.itertext()))) < _MIN_SHARE * len(_letters(bare)):
        return bare.strip()
    writer = _Writer(people, inserted)
    writer.children(root, 0)
    return writer.text()


def pictures(content: str) -> list[tuple[str, str]]:
    """Names and addresses of the pictures in a body; emoji are none."""
    root = _parsed(content) if "<img" in content.lower() else None
    if root is None:
        return []
    found = [element for element in root.iter("img") if not _is_emoji(element) and element.get("src")]
    return [(element.get("alt") or "", element.get("src") or "") for element in found]


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text)


def _parsed(content: str) -> Any:
    import lxml.etree
    import lxml.html

    try:
        return lxml.html.fragment_fromstring(_CONTROLS.sub("", content), create_parent="div")  # type: ignore[arg-type]
    except (lxml.etree.LxmlError, ValueError, AssertionError, RecursionError):
        return None


def _is_emoji(element: Any) -> bool:
    return "emoji" in (element.get("itemtype") or "").lower() or "emoji" in (element.get("class") or "").lower()


class _Writer:
    """Lines of text, filled element by element."""

    def __init__(self, people: Mapping[str, str], inserted: Callable[[str], str]) -> None:
        self._people = people
        self._inserted = inserted
        self._lines: list[str] = []
        self._current = ""
        self._mentioned = ""
        self._mention_end = -1
        self._is_verbatim = False

    def text(self) -> str:
        self.end_line()
        return "\n".join(self._lines).replace("\xa0", " ").strip("\n")

    def end_line(self, is_forced: bool = False) -> None:
        if self._current.strip() or is_forced:
            self._lines.append(self._current if self._is_verbatim else self._current.rstrip(" "))
        elif "\xa0" in self._current:
            # an empty line, as the editor writes it
            self._lines.append("")
        self._current = ""
        self._mention_end = -1

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self._is_verbatim:
            first, *others = text.split("\n")
            self._current += first
            for line in others:
                self.end_line(is_forced=True)
                self._current = line
            return
        text = _SPACE.sub(" ", text)
        if not self._current or self._current.endswith(" "):
            text = text.lstrip(" ")
        self._current += text

    def children(self, element: Any, depth: int) -> None:
        if depth > _MAX_DEPTH:
            self.add("".join(element.itertext()))
            return
        self.add(element.text)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _UNSEEN:
                self._element(child, depth + 1)
            self.add(child.tail)

    def _element(self, element: Any, depth: int) -> None:
        tag = element.tag
        if tag == "br":
            self.end_line(is_forced=True)
        elif tag == "at":
            self._mention(element, depth)
        elif tag == "emoji":
            self.add(element.get("alt") or element.get("title"))
        elif tag == "img":
            alt = element.get("alt") or ""
            self.add(alt if _is_emoji(element) else "" if alt.lower() in _PICTURE_NAMES else f"[{alt}]")
        elif tag == "attachment":
            self._lines_of(self._inserted(element.get("id") or ""))
            self.children(element, depth)
        elif tag == "a":
            self._link(element, depth)
        elif tag in ("ul", "ol"):
            self._list(element, depth)
        elif tag == "table":
            self._table(element, depth)
        elif tag == "blockquote":
            self._lines_of("\n".join(f"> {line}" for line in self._inner(element, depth).split("\n")))
        elif tag in ("pre", "codeblock"):
            self._verbatim(element, depth)
        elif tag == "hr":
            self.end_line()
        elif tag in _BLOCKS:
            self.end_line()
            self.children(element, depth)
            self.end_line()
        else:
            self.children(element, depth)

    def _inner(self, element: Any, depth: int) -> str:
        writer = _Writer(self._people, self._inserted)
        writer.children(element, depth)
        return writer.text()

    def _lines_of(self, text: str) -> None:
        self.end_line()
        if text.strip():
            self._lines += text.split("\n")

    def _mention(self, element: Any, depth: int) -> None:
        name = _SPACE.sub(" ", "".join(element.itertext()))
        person = self._people.get(element.get("id") or "", "")
        is_same = bool(person) and person == self._mentioned and self._mention_end >= 0
        is_next = is_same and not self._current[self._mention_end :].strip()
        self.add(name if is_next or name.startswith("@") else f"@{name}")
        self._mentioned, self._mention_end = person, len(self._current)

    def _link(self, element: Any, depth: int) -> None:
        target = element.get("href") or ""
        label = self._inner(element, depth)
        shown = target.removeprefix("mailto:")
        is_plain = not shown or shown in label or shown.rstrip("/").endswith(f"//{label.strip().rstrip('/')}")
        self.add(label or shown if is_plain or not label.strip() else f"{label} ({shown})")

    def _list(self, element: Any, depth: int) -> None:
        self.end_line()
        number = _start(element)
        for child in element:
            if child.tag != "li":
                if isinstance(child.tag, str) and child.tag not in _UNSEEN:
                    self._element(child, depth + 1)
                continue
            mark = f"{number}." if element.tag == "ol" else "•"
            number += 1
            first, *others = self._inner(child, depth + 1).split("\n")
            self._lines.append(f"{mark} {first}")
            self._lines += [f"  {line}" for line in others]

    def _table(self, element: Any, depth: int) -> None:
        self.end_line()
        for row in element.iter("tr"):
            cells = [self._inner(cell, depth + 1).replace("\n", " ") for cell in row if cell.tag in ("td", "th")]
            if cells:
                self._lines.append("\t".join(cells))

    def _verbatim(self, element: Any, depth: int) -> None:
        self.end_line()
        writer = _Writer(self._people, self._inserted)
        writer._is_verbatim = True
        writer.children(element, depth)
        self._lines_of(writer.text())


def _start(element: Any) -> int:
    start = element.get("start") or ""
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1
