"""`gotgan.toml` and the environment: what is understood, and what is refused in words."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.settings import Settings, SettingsRefused, speaks_korean
from schemas.access import UnknownPrincipal
from schemas.budget import Declared
from schemas.fiscal import Basis, Stage

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
        ('[[conversation]]\nname = "예산"\n', "titles, ids, files"),
        ('[[conversation]]\nname = "예산"\ntitles = ["예산"]\nroom = "x"\n', "conversation.0.room"),
        ('[[conversation]]\nname = "방"\ntitles = ["노조 대의원방"]\n', "등록할 수 없습니다"),
        ('[[conversation]]\nname = "고충 상담"\ntitles = ["x"]\n', "등록할 수 없습니다"),
        ('[[conversation]]\nname = "예산"\ntitles = ["예산"]\nsince = "어제"\n', "conversation.0.since"),
        (
            '[[conversation]]\nname = "예산"\ntitles = ["가"]\n[[conversation]]\nname = "예산"\ntitles = ["나"]\n',
            r"\[\[conversation\]\]이 둘 이상",
        ),
        ("[[grammar]]\n", "grammar.0.path"),
        ('[[grammar]]\npath = "a.toml"\nname = "x"\n', "grammar.0.name"),
        ('[[source]]\nname = "a"\npath = "/x"\n[source.tables]\nunit = "명"\n', "돈의 단위가 아닙니다: 명"),
        ('[[source]]\nname = "a"\npath = "/x"\n[source.tables]\nstage = "본예산"\n', "source.0.tables.stage"),
        ('[[source]]\nname = "a"\npath = "/x"\n[source.tables]\nbasis = "GROS"\n', "source.0.tables.basis"),
        ('[[source]]\nname = "a"\npath = "/x"\n[source.tables]\nyear = 2026\n', "source.0.tables.year"),
    ],
)
def test_what_is_wrong_is_said_in_words(tmp_path, text, said):
    with pytest.raises(SettingsRefused, match=said):
        _settings(tmp_path, text).sources()


def test_a_source_says_what_its_tables_print_nowhere(tmp_path):
    settings = _settings(
        tmp_path,
        """
[[source]]
name = "결산과"
path = "/mnt/closed"
[source.tables]
unit = "백만원"
stage = "SETTLED"
basis = "NET"

[[source]]
name = "총괄과"
path = "/mnt/share"
""",
    )
    assert settings.declared == {
        "결산과": Declared(unit="백만원", stage=Stage.SETTLED, basis=Basis.NET),
        "총괄과": Declared(),
    }
    first, _ = settings.sources()
    assert (first.name, first.kind) == ("결산과", "folder"), "the source itself is not given them"
    assert Settings(tmp_path / "none").declared == {}


def test_conversations_are_registered_with_all_that_is_said_of_them(tmp_path):
    settings = _settings(
        tmp_path,
        """
[[conversation]]
name = "예산 협의방"
application = "kakaotalk"
titles = ["예산 협의방", "예산협의"]
ids = ["C01"]
files = ["Talk_2026.4.8*"]
access = ["group:복지예산과"]
direct = true
since = 2026-03-02

[[conversation]]
name = "점검"
ids = ["C02"]
""",
    )
    first, second = settings.register.scopes
    assert (first.name, first.application, first.titles) == ("예산 협의방", "kakaotalk", ("예산 협의방", "예산협의"))
    assert (first.ids, first.files, first.access) == (("C01",), ("Talk_2026.4.8*",), ("group:복지예산과",))
    assert (first.direct, first.since) == (True, date(2026, 3, 2))
    assert (second.direct, second.since, second.access, second.application) == (False, None, (), None)


def test_without_a_word_no_conversation_is_kept(tmp_path):
    assert Settings(tmp_path).register.scopes == ()
    assert Settings(tmp_path).grammars == ()


_GRAMMAR = Path(__file__).resolve().parents[2] / "docs" / "grammars" / "example-uc.toml"


def test_grammars_are_read_from_below_the_home_or_anywhere_in_their_order(tmp_path):
    (tmp_path / "grammars").mkdir()
    text = _GRAMMAR.read_text(encoding="utf-8")
    (tmp_path / "grammars" / "own.toml").write_text(text.replace("garam-uc", "own-uc"), encoding="utf-8")
    told = f'[[grammar]]\npath = "grammars/own.toml"\n[[grammar]]\npath = "{_GRAMMAR}"\n'
    first, second = _settings(tmp_path, told).grammars
    assert "own-uc" in first
    assert second == text


@pytest.mark.parametrize("content", [None, b"name = ", b'name = "x"\n', b"\xff\xfe", b'name = "x"\nmessage = "("\n'])
def test_a_grammar_that_is_none_is_refused_with_its_path(tmp_path, content):
    if content is not None:
        (tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(SettingsRefused, match=r"\[\[grammar\]\] .*own\.toml"):
        _ = _settings(tmp_path, '[[grammar]]\npath = "own.toml"\n').grammars


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
