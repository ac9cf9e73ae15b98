"""`gotgan.toml` and the environment: what is understood, and what is refused in words."""

from datetime import timedelta

import pytest

from pipelines.settings import Settings, SettingsRefused, speaks_korean
from schemas.access import UnknownPrincipal

_HOME = """
[[source]]
name = "예산총괄과"
kind = "folder"
path = "/mnt/share"
access = ["group:budget"]

[[principal]]
name = "kim"
groups = ["budget"]
clearance = "내부"

[[principal]]
name = "lee"
clearance = "내부"

[deletion]
grace_hours = 0.5
"""


def _settings(folder, text: str) -> Settings:
    (folder / "gotgan.toml").write_text(text, encoding="utf-8")
    return Settings(folder)


def test_sources_people_and_rules_are_read(tmp_path):
    settings = _settings(tmp_path, _HOME)
    (source,) = settings.sources()
    assert (source.name, source.kind) == ("예산총괄과", "folder")
    assert settings.principal("kim").tokens >= {"group:budget", "group:all", "user:kim", "clearance:내부"}
    assert settings.deletion.grace == timedelta(minutes=30)


def test_a_clearance_is_for_all_of_its_holders(tmp_path):
    everyone, inside = _settings(tmp_path, _HOME).audiences
    assert (everyone.clearance, inside.clearance) == (None, "내부")
    assert len(inside.holders) == 2


def test_a_home_without_settings_gathers_nothing(tmp_path):
    settings = Settings(tmp_path)
    assert settings.sources() == []
    assert settings.principals == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]\n", "gotgan.toml"),
        ('[[source]]\nname = "a"\nkind = "ftp"\npath = "/x"\n', "ftp"),
        ('[[source]]\nname = "a"\nkind = "folder"\n', "path"),
        ('[[source]]\nname = "a/b"\npath = "/x"\n', "source.0.name"),
        ('[[source]]\nname = "a"\npath = "/x"\n[[source]]\nname = "a"\npath = "/y"\n', "둘 이상"),
        ("[limits]\nmax_file_mb = 0\n", "limits.max_file_mb"),
        ("[limit]\nworkers = 2\n", "limit"),
        ('[[principal]]\nname = "kim"\ngroup = ["x"]\n', "principal.0.group"),
    ],
)
def test_what_is_wrong_is_said_in_words(tmp_path, text, said):
    with pytest.raises(SettingsRefused, match=said):
        _settings(tmp_path, text).sources()


def test_an_unknown_principal_is_nobody(tmp_path):
    with pytest.raises(UnknownPrincipal):
        _settings(tmp_path, _HOME).principal("park")


def test_nobody_asks_unless_somebody_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("GOTGAN_AS", raising=False)
    assert _settings(tmp_path, _HOME).principal(None) is None
    monkeypatch.setenv("GOTGAN_AS", "lee")
    assert _settings(tmp_path, _HOME).principal(None).name == "lee"


@pytest.mark.parametrize(
    ("locale", "korean"), [("ko_KR.UTF-8", True), ("C.UTF-8", True), ("", True), ("en_US.UTF-8", False), ("en", False)]
)
def test_messages_are_korean_unless_the_locale_is_english(monkeypatch, locale, korean):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", locale)
    assert speaks_korean() is korean
