"""Invitations become lines of text."""

from connectors.mail.calendars import calendar_text

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Korea
BEGIN:STANDARD
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:예산 심의 회의
DTSTART;TZID=Korea:20260312T140000
DTEND;TZID=Korea:20260312T153000
LOCATION:3층 회의실\\, 본관
ORGANIZER;CN=예산담당:mailto:budget@example.com
ATTENDEE;ROLE=REQ-PARTICIPANT;CN="심사담당":MAILTO:review@example.com
DESCRIPTION:첫 줄이다.\\n둘째
  줄이다.
BEGIN:VALARM
DESCRIPTION:알림
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:하루 행사
DTSTART;VALUE=DATE:20260401
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_says_what_when_where_and_who():
    assert calendar_text(CALENDAR.replace("\n", "\r\n")) == (
        "제목: 예산 심의 회의\n시작: 2026-03-12 14:00\n끝: 2026-03-12 15:30\n장소: 3층 회의실, 본관\n"
        "주관: 예산담당 <budget@example.com>\n참석: 심사담당 <review@example.com>\n내용: 첫 줄이다.\n둘째 줄이다.\n\n"
        "제목: 하루 행사\n시작: 2026-04-01\n"
    )
    assert calendar_text("no calendar") == ""
