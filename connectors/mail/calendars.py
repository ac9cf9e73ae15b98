"""Invitations and calendars (iCalendar): what, when, where, who and the description, as lines of text."""

import re

_FIELDS = {
    "SUMMARY": "제목",
    "DTSTART": "시작",
    "DTEND": "끝",
    "LOCATION": "장소",
    "ORGANIZER": "주관",
    "ATTENDEE": "참석",
    "DESCRIPTION": "내용",
}
_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;(?:\"[^\"]*\"|[^:\";])*)*):(.*)")
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")
_NAME = re.compile(r";CN=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\;,nN])")
_MAX_LINES = 10_000


def calendar_text(text: str) -> str:
    """The entries of a calendar, a line for each field and a blank line between entries.

    Args:
        text: the calendar, decoded.
    """
    lines: list[str] = []
    inside = ""
    for line in _FOLD.sub("", text).splitlines()[:_MAX_LINES]:
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3]
        if name == "BEGIN" and not inside and value.upper() in _ENTRIES:
            inside = value.upper()
        elif name == "BEGIN" and inside and value.upper() not in _ENTRIES:
            inside = f"{inside}/{value.upper()}"
        elif name == "END" and inside:
            inside = inside.rpartition("/")[0]
            lines.extend([""] if not inside else [])
        elif inside in _ENTRIES and name in _FIELDS:
            lines.append(f"{_FIELDS[name]}: {_value(name, parameters, value)}")
    return "\n".join(lines)


def _value(name: str, parameters: str, value: str) -> str:
    if name in ("DTSTART", "DTEND") and (moment := _MOMENT.fullmatch(value)):
        year, month, day, hour, minute, zulu = moment.groups()
        return f"{year}-{month}-{day}" + (f" {hour}:{minute}" if hour else "") + (" UTC" if zulu else "")
    if name in ("ORGANIZER", "ATTENDEE"):
        named = _NAME.search(parameters)
        address = value.partition(":")[2] if value.lower().startswith("mailto:") else value
        person = (named[1] or named[2] or "").strip() if named else ""
        return f"{person} <{address}>" if person and person != address else address
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
