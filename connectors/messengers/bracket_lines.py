"""Telling Signal's lines from WhatsApp's: both print a date in brackets, and only the form of the date differs.

Signal's tools print `[2026-01-05, 09:01] …`, `[2026-01-05 09:01:05] …` or `[Jan 5, 2026 9:01 AM] …`. WhatsApp on iOS prints
the year first with hyphens in a few countries only, and always with seconds, so with seconds other signs decide.
"""

import re
from collections.abc import Sequence

SIGNAL_ISO = (
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2}),? (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
)
SIGNAL_NAMED = (
    r"(?P<name>[A-Z][a-z]{2,8})\.? (?P<nday>\d{1,2}),? (?P<nyear>\d{4}),?(?: at)? (?P<nhour>\d{1,2}):(?P<nminute>\d{2})"
    r"(?::(?P<nsecond>\d{2}))?(?:[ \u202f]?(?P<nhalf>[AaPp][Mm]))?"
)
SIGNAL_START = re.compile(rf"^\[(?:{SIGNAL_ISO}|{SIGNAL_NAMED})\] (?P<rest>.*)$", re.DOTALL)
SIGNAL_SENDER = re.compile(r"^(?P<sender>[^:\n]{1,100}):(?: |$)(?P<text>.*)$", re.DOTALL)
LOG_LEVELS = re.compile(
    r"^(?:\[?(?:info|warn(?:ing)?|error|debug|trace|fatal|notice|critical|severe|alert)\b|[\w.]+\.[\w.]+$)",
    re.IGNORECASE,
)

_SIGNAL_SIGNS = re.compile(r"\]\(\.?/?(?:media|attachments)/|^\(- .+: .+ -\)$")
_WHATSAPP_SIGNS = re.compile("[\u200e\u200f]|WhatsApp|\\bomitted$|<attached: ")
_SIGNAL_FILES = re.compile(r"^(?:chat|index|data)\.(?:md|txt)$|signal", re.IGNORECASE)


def is_signal(filled: Sequence[str], file_name: str) -> bool:
    """Whether the lines, none of them blank, are an export of Signal rather than of WhatsApp or a log."""
    starts = [match for match in map(SIGNAL_START.match, filled) if match]
    if not starts or not SIGNAL_START.match(filled[0]) or len(starts) < 2 or len(starts) < 0.3 * len(filled):
        return False
    senders = [match["sender"].strip() for match in (SIGNAL_SENDER.match(start["rest"]) for start in starts) if match]
    if any(LOG_LEVELS.match(sender) for sender in senders):
        return False
    if len(senders) < max(2, 0.6 * len(starts)) or len(set(senders)) < 2:
        return False
    if any(_WHATSAPP_SIGNS.search(line) for line in filled):
        return False
    has_seconds = any(start["second"] for start in starts)
    return (
        not has_seconds
        or "Me" in senders
        or any(_SIGNAL_SIGNS.search(line) for line in filled)
        or bool(_SIGNAL_FILES.search(file_name))
    )
