"""One settings class: a TOML file, overridden by LIANDONG_* environment variables."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from nodekit.errors import NodeError


class SettingsInvalid(NodeError):
    """The node refuses to start with a sentence that names the setting."""

    code = "node.settings_invalid"
    status = 400


class Settings(BaseSettings):
    """Where a node finds its database, its bus, its keys and the list of offices."""

    model_config = SettingsConfigDict(env_prefix="LIANDONG_", extra="forbid")

    office: str = Field(description="Id of the office this node belongs to, e.g. 990121-inspection.")
    offices_file: Path = Field(description="offices.toml: the list of offices and their parents.")
    directory_file: Path = Field(description="directory.json: public keys of every office, signed by the province.")
    keys_dir: Path = Field(description="Folder with signing.key, sealing.key, kek.key (mode 0600), outside the database.")
    database_url: str = Field(description="postgresql://user:password@host:port/database of this office alone.")
    database_patience_s: float = Field(default=60.0, ge=0, description="Seconds a starting node waits for a database that does not answer yet.")
    bus: Literal["nats", "none"] = Field(default="nats", description="none: work alone, the outbox waits.")
    nats_url: str = Field(default="nats://127.0.0.1:4222")
    nats_seeds_dir: Path | None = Field(default=None, description="Folder with the nkey seeds app.nk, prov.nk, relay.nk.")
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = Field(default="", description="Address officers type; used for cookies and links.")
    secure_cookies: bool = Field(default=False, description="True behind HTTPS.")
    state_dir: Path = Field(default=Path("state"), description="Logs and temporary files of this node.")
    offline_offices: list[str] = Field(default_factory=list, description="Offices without a link: events to them are numbered when a parcel is made.")
    prune_after_days: int = Field(default=0, ge=0, description="Days after which bodies of decided events may go (docs/howto/space.md). 0: never.")
    optional_backlog_max: int = Field(default=50_000, ge=1, description="With more events undelivered than this, statistics and the like wait.")
    disk_full_percent: float = Field(default=90.0, gt=0, le=100, description="A disk fuller than this takes nothing more from other offices.")
    database_dir: Path | None = Field(default=None, description="PostgreSQL's data folder, if it is on this machine: its disk is watched.")
    suppress_below: int = Field(default=3, ge=0, description="Counts from sealed families below this leave the node only as suppressed.")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource, file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments (the TOML file) and the environment; no .env file, no secrets folder."""
        return (init_settings, env_settings)

    @classmethod
    def load(cls, file: Path) -> "Settings":
        """Read settings from a TOML file and the environment.

        Raises:
            SettingsInvalid: the file is missing, or a value is missing or wrong.
        """
        if not file.is_file():
            raise SettingsInvalid(f"找不到配置文件 {file}。", hint="请用 --settings 指定节点的 settings.toml。")
        values = TomlConfigSettingsSource(cls, toml_file=file)()
        try:
            return cls(**{key: value for key, value in values.items() if not _in_environment(key)})
        except ValidationError as error:
            first = error.errors()[0]
            raise SettingsInvalid(f"配置项 {first['loc'][0] if first['loc'] else ''} 不正确:{first['msg']}", hint=f"请修改 {file} 后重新启动。") from None

    @property
    def sqlalchemy_url(self) -> str:
        return self.database_url.replace("postgresql://", "postgresql+asyncpg://", 1)


def _in_environment(key: str) -> bool:
    return f"LIANDONG_{key.upper()}" in os.environ
