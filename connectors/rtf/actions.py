"""What the control words of RTF do to the reader, one by one."""

from collections.abc import Callable

from connectors.rtf.reader import Reader


def _setter(name: str, value: Callable[[int | None], object]) -> Callable[[Reader, int | None], None]:
    return lambda reader, number: setattr(reader.state, name, value(number))


def _is_on(number: int | None) -> bool:
    return number != 0


ACTIONS: dict[str, Callable[[Reader, int | None], object]] = {
    "par": lambda reader, _: reader.end_paragraph(),
    "sect": lambda reader, _: reader.end_paragraph(),
    "pard": lambda reader, _: reader.reset_paragraph(),
    "plain": lambda reader, _: reader.reset_characters(),
    "uc": _setter("fallback", lambda number: max(number if number is not None else 1, 0)),
    "f": lambda reader, number: reader.set_font(number, is_associated=False),
    "af": lambda reader, number: reader.set_font(number, is_associated=True),
    "loch": lambda reader, _: reader.set_script("loch"),
    "hich": lambda reader, _: reader.set_script("hich"),
    "dbch": lambda reader, _: reader.set_script("dbch"),
    "deff": lambda reader, number: setattr(reader, "default_font", number or 0),
    "ansicpg": lambda reader, number: reader.set_page(number),
    "mac": lambda reader, _: reader.set_page(10000),
    "pc": lambda reader, _: reader.set_page(437),
    "pca": lambda reader, _: reader.set_page(850),
    "deleted": _setter("is_deleted", _is_on),
    "revised": _setter("is_revised", _is_on),
    "v": _setter("is_hidden", _is_on),
    "intbl": lambda reader, _: setattr(reader.state, "depth", max(reader.state.depth, 1)),
    "itap": _setter("depth", lambda number: max(min(number if number is not None else 1, 16), 0)),
    "outlinelevel": _setter("level", lambda number: number + 1 if number is not None and 0 <= number < 9 else None),
    "s": _setter("style", lambda number: number or 0),
    "ls": _setter("is_item", lambda number: bool(number)),
    "trowd": lambda reader, _: reader.begin_row(),
    "irow": lambda reader, number: setattr(reader.state.shape, "number", number),
    "trleft": lambda reader, number: setattr(reader.state.shape, "left", number or 0),
    "clmrg": lambda reader, _: reader.mark_edge("beside"),
    "clvmrg": lambda reader, _: reader.mark_edge("below"),
    "cellx": lambda reader, number: reader.define_cell(number),
    "cell": lambda reader, _: reader.end_cell(is_nested=False),
    "nestcell": lambda reader, _: reader.end_cell(is_nested=True),
    "row": lambda reader, _: reader.end_row(is_nested=False),
    "nestrow": lambda reader, _: reader.end_row(is_nested=True),
    "fonttbl": lambda reader, _: reader.set_target("fonttbl"),
    "stylesheet": lambda reader, _: reader.set_target("stylesheet"),
    "info": lambda reader, _: reader.set_target("info"),
    "generator": lambda reader, _: reader.set_target("info:generator"),
    "fldinst": lambda reader, _: reader.set_target("instruction"),
    "fldrslt": lambda reader, _: reader.begin_result(),
    "listtext": lambda reader, _: reader.set_target("label"),
    "pntext": lambda reader, _: reader.set_target("label"),
    "upr": lambda reader, _: reader.set_target("upr"),
    "shp": lambda reader, _: reader.set_target("mute"),
    "do": lambda reader, _: reader.set_target("mute"),
    "object": lambda reader, _: reader.set_target("mute"),
    "result": lambda reader, _: setattr(reader.state, "target", "text"),
    "pict": lambda reader, _: reader.set_target("pict", is_closed_by_name=True),
    "objdata": lambda reader, _: reader.set_target("objdata", is_closed_by_name=True),
    "pngblip": lambda reader, _: setattr(reader.gathering, "extension", "png"),
    "jpegblip": lambda reader, _: setattr(reader.gathering, "extension", "jpg"),
    "moMath": lambda reader, _: reader.set_target("equation", is_closed_by_name=True),
    "ftnalt": lambda reader, _: setattr(reader.flows[-1], "is_endnote", True),
}
