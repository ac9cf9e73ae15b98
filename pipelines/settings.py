"""Settings: the only reader of the environment and of `gotgan.toml`.

Environment: `GOTGAN_HOME` (the home, else `./.gotgan`), `GOTGAN_MODEL` (a sentence-transformers folder), `GOTGAN_AS` (the
principal that asks, where a command is told none), `GOTGAN_SMTP_PASSWORD` and `GOTGAN_WEBHOOK_TOKEN` (secrets of
`[[notify]]`), `LANG` (messages in English unless it says Korean or nothing), and for the tests of promise 3
`GOTGAN_KILL_AT` and `GOTGAN_LIST_POINTS`.
"""

import os
import tomllib
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

import connectors.sources
from connectors.messengers.grammar import parse_grammar
from pipelines.models import ChosenModel
from schemas import discovery
from schemas.access import Access, Principal, find_principal
from schemas.budget import Declared
from schemas.corpus import UNKNOWN_TERMS, SourceTerms
from schemas.fiscal import Basis, Stage
from schemas.money import parse_unit
from schemas.ports import Source
from schemas.scope import Register, Scope, duplicate_names
from warehouse import faults
from warehouse.lake import LakePlace, local_place
from warehouse.layout import Home, default_model_folder
from warehouse.placements import DeletionRule
from warehouse.serving import Audience, audiences

# No whole grammar of addresses: what could break out of a header, or is plainly none, is refused.
_ADDRESS = r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+$"


class SettingsRefused(ValueError):
    """`gotgan.toml` cannot be used; the message says which line of it and why."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableSettings(_Table):
    """`[source.tables]`: what holds for the source's tables of money where they print it nowhere."""

    unit: str | None = None
    stage: Stage | None = None
    basis: Basis | None = None

    @field_validator("unit")
    @classmethod
    def _is_money(cls, unit: str | None) -> str | None:
        if unit is not None and parse_unit(unit) is None:
            raise ValueError(f"돈의 단위가 아닙니다: {unit}")
        return unit


class SourceSettings(BaseModel):
    """A `[[source]]` table; what a kind needs beyond these is passed to it as it stands."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = Field(pattern=r"^\w[\w\-. ]{0,59}$")
    kind: str = "folder"
    access: list[str] = []
    deny: list[str] = []
    tables: TableSettings = TableSettings()
    licence: str = Field(UNKNOWN_TERMS, max_length=80)
    retention: str = Field(UNKNOWN_TERMS, max_length=80)


class LakeSettings(_Table):
    """`[lake]`: where the catalog and the data lie. Nothing set means inside the home."""

    catalog: str | None = None
    data: str | None = None


class LimitSettings(_Table):
    """`[limits]`: what one file and one run may cost."""

    max_file_mb: int = Field(512, gt=0)
    seconds_per_file: int = Field(120, gt=0)
    memory_mb: int = Field(3072, gt=0)
    workers: int = Field(default_factory=lambda: max(1, min(8, os.cpu_count() or 1)), gt=0)
    sandbox: Literal["auto", "bubblewrap", "process"] = "auto"
    ocr: Literal["auto", "off"] = "auto"
    office: Literal["auto", "off"] = "auto"
    tool_seconds_per_file: int = Field(1800, gt=0)


class DeletionSettings(_Table):
    """`[deletion]`: when a missing file counts as gone."""

    grace_hours: float = Field(20, ge=0)
    brake_share: float = Field(0.2, ge=0, le=1)
    brake_files: int = Field(20, ge=0)


class ScheduleSettings(_Table):
    """`[schedule]`: when the night runs."""

    cron: str = "0 2 * * *"
    timezone: str = "Asia/Seoul"


class MailNotice(_Table):
    """A `[[notify]]` table of kind mail; the password is `GOTGAN_SMTP_PASSWORD`."""

    kind: Literal["mail"]
    host: str
    port: int = Field(25, gt=0, lt=65536)
    sender: str = Field(alias="from", pattern=_ADDRESS)
    to: list[Annotated[str, Field(pattern=_ADDRESS)]] = Field(min_length=1)
    starttls: bool = True
    username: str | None = None

    @model_validator(mode="after")
    def _refuse_open_password(self) -> "MailNotice":
        if self.username and not self.starttls:
            raise ValueError("starttls = false이면 비밀번호가 그대로 흐르므로 username을 쓸 수 없습니다")
        return self


class WebhookNotice(_Table):
    """A `[[notify]]` table of kind webhook; the value of `header` is `GOTGAN_WEBHOOK_TOKEN`."""

    kind: Literal["webhook"]
    url: str = Field(pattern=r"^https?://[^\s/?#]+([/?][^\s#]*)?$")
    header: str | None = Field(None, pattern=r"^[A-Za-z0-9-]+$")


class FileNotice(_Table):
    """A `[[notify]]` table of kind file; a relative path is below the home."""

    kind: Literal["file"]
    path: Path


NoticeSettings = Annotated[MailNotice | WebhookNotice | FileNotice, Field(discriminator="kind")]


class GrammarSettings(_Table):
    """A `[[grammar]]` table: how the exports of a messenger are written that no module reads; below the home if relative."""

    path: Path


class ModelSettings(_Table):
    """`[model]`: what turns texts into vectors; nothing set means the model that comes with the program."""

    folder: Path | None = None
    lane: str | None = None


class SearchSettings(_Table):
    """`[search]`: what questions are answered with."""

    reranker: Path | None = None


class FileSettings(_Table):
    """The whole of `gotgan.toml`."""

    source: list[SourceSettings] = []
    principal: list[Principal] = []
    lake: LakeSettings = LakeSettings()
    limits: LimitSettings = LimitSettings()  # type: ignore[call-arg]
    deletion: DeletionSettings = DeletionSettings()  # type: ignore[call-arg]
    schedule: ScheduleSettings = ScheduleSettings()
    notify: list[NoticeSettings] = []
    conversation: list[Scope] = []
    grammar: list[GrammarSettings] = []
    model: ModelSettings = ModelSettings()
    search: SearchSettings = SearchSettings()


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GOTGAN_", extra="ignore")

    home: Path = Path(".gotgan")
    model: Path | None = None
    # `as` is a word of the language, so the field has another name than its variable.
    asked_as: str | None = Field(default=None, validation_alias="GOTGAN_AS")
    kill_at: str | None = None
    list_points: Path | None = None
    smtp_password: SecretStr | None = None
    webhook_token: SecretStr | None = None


class Settings:
    """What a command or the code location runs with."""

    def __init__(self, home: Path | None = None) -> None:
        self._environment = _Environment()
        self.home = Home((home or self._environment.home).expanduser().resolve())
        self._chosen_model: ChosenModel | None = None

    @cached_property
    def file(self) -> FileSettings:
        """`gotgan.toml`, checked; empty settings where there is none.

        Raises:
            SettingsRefused: the file cannot be read or says something that is not known.
        """
        path = self.home.settings_file
        if not path.exists():
            return FileSettings()
        try:
            parsed = FileSettings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
            raise SettingsRefused(f"{path}: {failure}") from failure
        except ValidationError as failure:
            raise SettingsRefused(f"{path}: {_words(failure)}") from failure
        names = [source.name for source in parsed.source]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SettingsRefused(f"{path}: 같은 이름의 [[source]]가 둘 이상 있습니다: {', '.join(twice)}")
        if twice := duplicate_names(parsed.conversation):
            raise SettingsRefused(f"{path}: 같은 이름의 [[conversation]]이 둘 이상 있습니다: {', '.join(twice)}")
        return parsed

    @property
    def register(self) -> Register:
        """The conversations that may be kept; none without a `[[conversation]]` table."""
        return Register(scopes=tuple(self.file.conversation))

    @cached_property
    def grammars(self) -> tuple[str, ...]:
        """The texts of the site's own grammars, in the order of `gotgan.toml`.

        Raises:
            SettingsRefused: a grammar cannot be read, or says something that is none.
        """
        texts = []
        for chosen in self.file.grammar:
            path = self.home.root / chosen.path.expanduser()
            try:
                text = path.read_text(encoding="utf-8")
                parse_grammar(text)
            except (OSError, ValueError) as failure:
                raise SettingsRefused(f"[[grammar]] {path}: {failure}") from failure
            texts.append(text)
        return tuple(texts)

    @property
    def place(self) -> LakePlace:
        """Where the lake is."""
        inside = local_place(self.home.catalog_file, self.home.data_folder)
        chosen = self.file.lake
        return LakePlace(catalog=chosen.catalog or inside.catalog, data=chosen.data or inside.data)

    @property
    def model(self) -> ChosenModel:
        """The embedding model that indexes are made with: `GOTGAN_MODEL`, else `[model]`, else the one that comes along.

        A lane of `[model]` goes with the folder that stands beside it, and not with another one that the environment names.
        """
        if self._chosen_model is not None:
            return self._chosen_model
        named, chosen = self._environment.model, self.file.model
        written = self.home.root / chosen.folder.expanduser() if chosen.folder else None
        folder = (named or written or default_model_folder()).expanduser().resolve()
        is_overruled = named is not None and written is not None and written.resolve() != folder
        return ChosenModel(folder, None if is_overruled else chosen.lane)

    @property
    def model_folder(self) -> Path:
        """The embedding model's folder."""
        return self.model.folder

    @property
    def model_by_environment(self) -> Path | None:
        """The folder that `GOTGAN_MODEL` names, which wins over `gotgan.toml`."""
        return self._environment.model

    def with_model(self, model: ChosenModel) -> "Settings":
        """The same settings with another model, whatever the environment and the file say."""
        other = Settings(self.home.root)
        other._chosen_model = model
        return other

    @property
    def reranker_folder(self) -> Path | None:
        """The folder of the cross-encoder that reads the first hits again, if one is set."""
        chosen = self.file.search.reranker
        return (self.home.root / chosen.expanduser()).resolve() if chosen else None

    @property
    def principals(self) -> list[Principal]:
        """Everybody who is listed."""
        return self.file.principal

    def principal(self, name: str | None) -> Principal | None:
        """The principal who asks: the one named, else the one that `GOTGAN_AS` names, else nobody.

        Raises:
            schemas.access.UnknownPrincipal: the name is not listed.
        """
        chosen = name or self._environment.asked_as
        return find_principal(self.principals, chosen) if chosen else None

    @property
    def audiences(self) -> list[Audience]:
        """Whom serving files are made for: everyone listed, and each clearance."""
        holders: dict[str, list[frozenset[str]]] = {}
        for principal in self.principals:
            if principal.clearance:
                holders.setdefault(principal.clearance, []).append(principal.tokens)
        return audiences(holders)

    @property
    def deletion(self) -> DeletionRule:
        """When a missing file counts as gone."""
        chosen = self.file.deletion
        return DeletionRule(timedelta(hours=chosen.grace_hours), chosen.brake_share, chosen.brake_files)

    @property
    def smtp_password(self) -> str | None:
        """What mail targets with a username log in with."""
        secret = self._environment.smtp_password
        return secret.get_secret_value() if secret else None

    @property
    def webhook_token(self) -> str | None:
        """What webhooks with a header send in it."""
        secret = self._environment.webhook_token
        return secret.get_secret_value() if secret else None

    @property
    def declared(self) -> dict[str, Declared]:
        """Source → what `gotgan.toml` says of its tables."""
        return {
            source.name: Declared(unit=source.tables.unit, stage=source.tables.stage, basis=source.tables.basis)
            for source in self.file.source
        }

    @property
    def terms(self) -> dict[str, SourceTerms]:
        """Source → licence and retention class of its files."""
        return {
            source.name: SourceTerms(licence=source.licence, retention=source.retention) for source in self.file.source
        }

    def sources(self) -> list[Source]:
        """The sources of `gotgan.toml`, bound to their connectors.

        Raises:
            SettingsRefused: a source's kind is unknown, something that it needs is missing, or an option is wrong.
        """
        kinds = discovery.discover(connectors.sources, "SOURCE")
        bound: list[Source] = []
        for chosen in self.file.source:
            if chosen.kind not in kinds:
                raise SettingsRefused(
                    f"소스 {chosen.name}: 모르는 kind {chosen.kind!r} (있는 것: {', '.join(sorted(kinds))})"
                )
            access = Access(allow=tuple(chosen.access), deny=tuple(chosen.deny))
            options: dict[str, Any] = chosen.model_extra or {}
            try:
                bound.append(kinds[chosen.kind].bind(chosen.name, access, options))
            except ValidationError as refused:
                raise SettingsRefused(f"소스 {chosen.name}: {_words(refused)}") from refused
        return bound

    def arm_faults(self) -> None:
        """Arm the points at which the tests kill a run; nothing happens unless the environment asks for it."""
        faults.arm(self._environment.kill_at, self._environment.list_points)


def _words(failure: ValidationError) -> str:
    parts = []
    for error in failure.errors():
        place = ".".join(str(part) for part in error["loc"])
        parts.append(f"{place}: {error['msg'].removeprefix('Value error, ')}")
    return "; ".join(parts)


def speaks_korean() -> bool:
    """Whether messages are in Korean: yes, unless the locale names another language."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "ko"
    return locale.split(".")[0].split("_")[0].lower() not in ("en",)
