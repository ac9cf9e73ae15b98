"""Going through RTF once: groups and their state, text in its encoding, paragraphs and tables, destinations."""

import copy
from collections.abc import Callable, Mapping

from connectors.rtf.objects import Gathering
from connectors.rtf.state import OpenFlow, State, join_surrogates
from connectors.rtf.tokens import Token, TokenKind, codec_of_charset, codec_of_page, decode, tokens
from connectors.rtf.words import (
    CHARACTERS,
    FLOWS,
    HYPERLINK,
    INFORMATION,
    PROPERTY_DATES,
    SKIPPED,
    STARRED,
    SYMBOLS,
    style_level,
)
from connectors.word.doc_flow import Attachment, CellEdge, Flow, Paragraph, RowShape, flow_text
from schemas.elements import ElementKind, Flag
from schemas.outcome import Failed

MAX_DEPTH = 1_000
MAX_FLOWS = 32
_MAX_SKIP = 100


class Reader:
    """Goes through the tokens once."""

    def __init__(self, actions: Mapping[str, Callable[["Reader", int | None], object]]) -> None:
        self.actions = actions
        self.state = State()
        self.stack: list[State] = []
        self.body = OpenFlow(Flow())
        self.flows = [self.body]
        self.codec = "cp1252"
        self.default_font = -1
        self.charsets: dict[int, str] = {}
        self.styles: dict[int, int] = {}
        self.information: dict[str, list[str]] = {}
        self.dates: dict[str, dict[str, int]] = {}
        self.pages: int | None = None
        self.running: dict[ElementKind, dict[str, None]] = {ElementKind.HEADER: {}, ElementKind.FOOTER: {}}
        self.flags: list[Flag] = []
        self.gathering = Gathering()
        self.style_name: list[str] = []
        self.equation: list[str] = []
        self.skip = 0
        self._bytes = bytearray()
        self._bytes_for: tuple[list[str] | None, str] = (None, "")
        self._table_font = -1
        self._table_style = 0
        self._edge: dict[str, bool] = {}
        self._is_followed = False

    def read(self, content: bytes) -> None:
        """Read a file up to the end of its outermost group.

        Raises:
            Failed: `corrupt` if groups are too deep.
        """
        source = tokens(content)
        for token in source:
            kind = token.kind
            if kind is TokenKind.OPEN:
                self.skip = 0
                if len(self.stack) >= MAX_DEPTH:
                    raise Failed("corrupt", f"RTF: {MAX_DEPTH:,}겹이 넘는 묶음")
                self.stack.append(self.state)
                self.state = copy.copy(self.state)
                self.state.at_close = ""
                self.state.is_starred = False
            elif kind is TokenKind.CLOSE:
                self.skip = 0
                self._close_group()
                if not self.stack:
                    # a brace too many closes a document before its end; zeros and junk may well follow
                    self._is_followed = any(later.name == "par" for later in source)
                    return
            elif self.state.target == "skip":
                continue
            elif kind is TokenKind.WORD:
                self._do_word(token)
            elif kind is TokenKind.SYMBOL:
                self._do_symbol(token.name)
            else:
                self._do_bytes(token)

    def _sink(self) -> list[str] | None:
        target = self.state.target
        top = self.flows[-1]
        if target == "text":
            if self.state.is_deleted:
                self._note(Flag.TRACKED_CHANGE)
                return None
            state = self.state
            for is_so, flag in ((state.is_revised, Flag.TRACKED_CHANGE), (state.is_hidden, Flag.HIDDEN_TEXT)):
                if is_so:
                    top.flags = list(dict.fromkeys([*top.flags, flag]))
                    self._note(flag)
            return top.runs
        if target in ("label", "instruction"):
            return top.label if target == "label" else top.instruction
        if target == "stylesheet":
            return self.style_name
        if target == "equation":
            return self.equation
        if target.startswith("info:"):
            return self.information.setdefault(target[5:], [])
        return None

    def _codec(self) -> str:
        state = self.state
        font = state.far_east_font if state.script == "dbch" and state.far_east_font >= 0 else state.font
        return self.charsets.get(font if font >= 0 else self.default_font, self.codec)

    def _do_bytes(self, token: Token) -> None:
        raw = token.raw
        if token.kind is TokenKind.BINARY:
            self.gathering.add_binary(self.state.target, raw)
            return
        if self.skip:
            taken = min(self.skip, len(raw))
            self.skip -= taken
            raw = raw[taken:]
        if not raw:
            return
        if self.state.target in ("pict", "objdata"):
            self.gathering.add_hex(raw)
            return
        sink = self._sink()
        if sink is None:
            return
        codec = self._codec()
        if self._bytes_for[0] is not sink or self._bytes_for[1] != codec:
            self._flush()
            self._bytes_for = (sink, codec)
        self._bytes += raw

    def _flush(self) -> None:
        if self._bytes:
            sink, codec = self._bytes_for
            if sink is not None:
                sink.append(decode(bytes(self._bytes), codec, self.codec))
            self._bytes.clear()

    def _put(self, text: str) -> None:
        sink = self._sink()
        if sink is not None:
            self._flush()
            sink.append(text)

    def _note(self, flag: Flag) -> None:
        if flag not in self.flags:
            self.flags.append(flag)

    def _close_group(self) -> None:
        closing = self.state
        if closing.at_close:
            self._flush()
        if closing.at_close == "flow":
            self._close_flow()
        elif closing.at_close == "style":
            self._end_style()
        elif closing.at_close == "equation":
            text = "".join(self.equation)
            self.equation = []
            self.flows[-1].attachments.append(Attachment(ElementKind.FORMULA, text=text))
        elif closing.at_close in ("pict", "objdata"):
            self.gathering.end(closing.at_close)
        if self.stack:
            self.state = self.stack.pop()

    def _open_flow(self, name: str) -> None:
        if len(self.flows) >= MAX_FLOWS:
            self.state.target = "skip"
            return
        self._flush()
        self.flows.append(OpenFlow(Flow(), name))
        self.state.at_close = "flow"
        self.state.target = "text"
        self.state.depth, self.state.level, self.state.is_item = 0, None, False

    def _close_flow(self) -> None:
        self._end_paragraph(0)
        closed = self.flows.pop()
        closed.flow.finish()
        kind = FLOWS[closed.name]
        if kind in self.running:
            self.running[kind].setdefault(flow_text(closed.flow))
            return
        flags: tuple[Flag, ...] = ()
        if closed.name == "annotation":
            flags = (Flag.MEMO,)
            self._note(Flag.MEMO)
        elif closed.name in ("shptxt", "dptxbxtext"):
            flags = (Flag.TEXT_BOX,)
        elif closed.is_endnote:
            kind = ElementKind.ENDNOTE
        self.flows[-1].attachments.append(Attachment(kind, closed.flow, flags=flags))

    def _take_paragraph(self) -> Paragraph:
        self._flush()
        top, state = self.flows[-1], self.state
        text = join_surrogates("".join(top.runs))
        label = join_surrogates("".join(top.label)).strip()
        # A small o is the bullet of a font that has no other circle.
        if label != "o" and any(character.isalnum() for character in label) and text.strip():
            text = f"{label} {text.strip()}"
        level = state.level if state.level is not None else self.styles.get(state.style)
        paragraph = Paragraph(
            text,
            level=level,
            is_item=bool(label) or state.is_item,
            links=top.links,
            flags=top.flags,
            attachments=top.attachments,
        )
        top.runs, top.label, top.links, top.flags, top.attachments = [], [], [], [], []
        return paragraph

    def _end_paragraph(self, depth: int) -> None:
        self.flows[-1].flow.end_paragraph(self._take_paragraph(), depth)

    def finish(self) -> bool:
        """End what is open; whether the file ended before its groups did, or its groups before the text."""
        is_cut = bool(self.stack) or self._is_followed
        while self.stack:
            self._close_group()
        self._end_paragraph(self.state.depth if self.body.runs and "".join(self.body.runs).strip() else 0)
        self.body.flow.finish()
        return is_cut

    def _do_symbol(self, name: str) -> None:
        if name == "*":
            self.state.is_starred = True
        elif name in ("\r", "\n", "\r\n"):
            self._do_word(Token(TokenKind.WORD, "par"))
        elif name in SYMBOLS:
            if self.skip:
                self.skip -= 1
            else:
                self._put(SYMBOLS[name])

    def _do_word(self, token: Token) -> None:
        name, number = token.name, token.number
        state = self.state
        if self.skip and name in CHARACTERS:
            self.skip -= 1
            return
        if self.skip and name != "u":
            self.skip = 0
        if state.is_starred:
            state.is_starred = False
            if name not in STARRED:
                state.target = "skip"
                return
        if state.target == "upr":
            if name == "ud":
                state.target = state.outer_target
            return
        is_table = state.target in ("fonttbl", "stylesheet", "info") or state.target.startswith("info:")
        if is_table and self._do_table_word(name, number):
            return
        if name in CHARACTERS:
            self._put(CHARACTERS[name])
        elif name == "u":
            self.skip = 0
            self._put(chr((number or 0) % 0x10000))
            self.skip = min(state.fallback, _MAX_SKIP)
        elif name in SKIPPED:
            state.target = "skip"
        elif name in FLOWS:
            self._open_flow(name)
        elif name in self.actions:
            self.actions[name](self, number)
        elif state.target == "equation" and name.endswith("Pr"):
            state.target = "skip"

    def _do_table_word(self, name: str, number: int | None) -> bool:
        """Words of the font table, the style sheet and the document's properties; whether it was one."""
        target = self.state.target
        if target == "fonttbl":
            if name == "f":
                self._table_font = number or 0
            elif name == "fcharset":
                self.charsets[self._table_font] = codec_of_charset(number or 0, self.codec)
            elif name == "cpg" and number:
                self.charsets[self._table_font] = codec_of_page(number)
            return name not in ("u", "uc")
        if target == "stylesheet":
            if name == "s":
                self._table_style = number or 0
                self.state.at_close = "style"
                self.style_name = []
            elif name == "outlinelevel" and number is not None and 0 <= number < 9:
                self.styles[self._table_style] = number + 1
            return name not in ("u", "uc", "f", "loch", "hich", "dbch", "af")
        if name in INFORMATION:
            # LibreOffice writes the last author by the word for the first one.
            self._flush()
            is_again = name == "author" and bool(self.information.get(name))
            self.state.target = "info:operator" if is_again else f"info:{name}"
            return True
        if name in PROPERTY_DATES:
            self.state.target = f"info:{name}"
            self.dates.setdefault(name, {})
            return True
        date = self.dates.get(target[5:])
        if date is not None and name in ("yr", "mo", "dy", "hr", "min", "sec"):
            date[name] = number or 0
        if name == "nofpages":
            self.pages = number
        return name not in ("u", "uc", "upr")

    def _end_style(self) -> None:
        self._flush()
        level = style_level("".join(self.style_name).rstrip("; "))
        self.style_name = []
        if level is not None:
            self.styles.setdefault(self._table_style, level)

    def set_target(self, target: str, *, is_closed_by_name: bool = False) -> None:
        """Send what follows in this group elsewhere."""
        if is_closed_by_name:
            self.state.at_close = target
            self.gathering.begin()
        self.state.outer_target = self.state.target if self.state.target != "mute" else "text"
        self.state.target = target

    def reset_paragraph(self) -> None:
        """Begin the next paragraph without what was said of the last one."""
        state = self.state
        state.depth, state.level, state.style, state.is_item = 0, None, 0, False

    def reset_characters(self) -> None:
        """Begin the next run without what was said of the last one."""
        state = self.state
        state.font, state.script = -1, ""
        state.is_deleted = state.is_revised = state.is_hidden = False

    def set_font(self, number: int | None, *, is_associated: bool) -> None:
        """Choose a font for the script that was named last."""
        if self.state.script == "dbch":
            self.state.far_east_font = number or 0
        elif not is_associated:
            self.state.font = number or 0

    def set_script(self, script: str) -> None:
        """What the next font is for."""
        self.state.script = script

    def define_cell(self, right: int | None) -> None:
        """End a cell's definition with its right edge."""
        edge = CellEdge(right or 0, self._edge.get("beside", False), self._edge.get("below", False))
        self._edge = {}
        if len(self.state.shape.cells) < 1_000:
            self.state.shape.cells.append(edge)

    def mark_edge(self, mark: str) -> None:
        """Note how the cell that is being defined is merged."""
        self._edge[mark] = True

    def begin_row(self) -> None:
        """Begin a row's definition."""
        self.state.shape = RowShape()
        self._edge = {}

    def end_cell(self, *, is_nested: bool) -> None:
        """End a cell."""
        depth = max(self.state.depth, 2) if is_nested else 1
        self.flows[-1].flow.end_cell(self._take_paragraph(), depth)

    def end_row(self, *, is_nested: bool) -> None:
        """End a row."""
        depth = max(self.state.depth, 2) if is_nested else 1
        if "".join(self.flows[-1].runs).strip() or self._bytes:
            self._end_paragraph(depth)
        self.flows[-1].flow.end_row(self.state.shape, depth)

    def end_paragraph(self) -> None:
        """End a paragraph of the text."""
        if self.state.target == "text":
            self._end_paragraph(self.state.depth)

    def begin_result(self) -> None:
        """Begin a field's result: what it links to is known by now."""
        self._flush()
        top = self.flows[-1]
        found = HYPERLINK.search("".join(top.instruction))
        top.instruction = []
        if found:
            top.links.append(found[1] or found[2])
        self.state.target = "text"

    def set_page(self, number: int | None) -> None:
        """The document's own code page."""
        self.codec = codec_of_page(number)
