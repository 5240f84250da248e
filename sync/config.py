"""Set-up that belongs to the machine: `onsite.toml` or the environment (contract, section 7)."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from sync.errors import UsageFault

DEFAULT = "onsite.toml"
EMULATOR = "SHEETS_EMULATOR_HOST"
"""The variable that names a server to speak to instead of Google's (contract, section 7); its keys may be short."""
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: object) -> object:
    """`30s`, `5m` or `1h` in seconds. Raises ValueError."""
    match = re.fullmatch(r"\s*(\d{1,6})\s*([smh])\s*", str(text))
    if match is None or int(match[1]) == 0:
        raise ValueError("write a number and s, m or h, such as 5m")
    return int(match[1]) * _UNITS[match[2]]


def _web_address(text: str) -> str:
    """Raises ValueError for what no watchdog has."""
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname):
        raise ValueError("write the whole address, such as https://hc-ping.com/…")
    return text


def _named(found: object) -> object:
    """A register may be given by its name alone."""
    return {"register": found} if isinstance(found, str) else found


class Credentials(BaseModel):
    """Where the key of the service account is; without one, the machine's own account is used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path | None = None


class Mail(BaseModel):
    """SMTP: nothing is sent unless `send` is true. The password comes from ONSITE_MAIL_PASSWORD."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    send: bool = False
    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: str = ""

    @model_validator(mode="after")
    def _reachable(self) -> Mail:
        if self.send and not self.host:
            raise ValueError("`send` needs the mail server's name in `host`")
        if self.user and self.security == "none" and self.host not in _THIS_MACHINE:
            raise ValueError("the password would be sent in the clear: write starttls or tls in `security`")
        return self


class Named(BaseModel):
    """A register of this machine. `every` is in seconds; what is left out is as for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Field(alias="register")]
    every: Annotated[int | None, BeforeValidator(seconds)] = None
    out: Path | None = None
    ping: Annotated[str, AfterValidator(_web_address)] = ""


class Config(BaseModel):
    """The machine's settings. `interval` is in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    registers: tuple[Annotated[Named, BeforeValidator(_named)], ...] = ()
    interval: Annotated[int, BeforeValidator(seconds)] = 300
    out: Path | None = None
    ping: Annotated[str, AfterValidator(_web_address)] = ""
    """A watchdog's URL: called with /start before a run, plain after a good one, with /fail after a bad one."""
    templates: Path | None = None
    photo_ids: Path | None = None
    """The one folder that engineers' photo IDs may be taken from; left out: `photo-ids` below `out`."""
    pdf: bool = False
    """Whether invoices are also made as PDF, by LibreOffice where it is installed; clients then get the PDF."""
    credentials: Credentials = Credentials()
    mail: Mail = Mail()


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """The file given, else what ONSITE_CONFIG names, else `onsite.toml` here where it exists, else the defaults.

    Raises UsageFault, also where a file that was named isn't there.
    """
    named = path or environment.get("ONSITE_CONFIG")
    chosen = Path(named or DEFAULT)
    try:
        if not named and not chosen.exists():
            return Config()
        config = Config.model_validate(tomllib.loads(chosen.read_text(encoding="utf-8")))
    except OSError as fault:
        raise UsageFault(f"{chosen} can't be read: {fault.strerror}.") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise UsageFault(f"{chosen} is not TOML: {fault}.") from fault
    except ValidationError as fault:
        error = fault.errors()[0]
        where = ".".join(map(str, error["loc"]))
        raise UsageFault(f"{chosen}: {where}: {error['msg']}.") from fault
    if config.templates and not os.path.isdir(config.templates):  # an invoice keeps the looks that it was issued with
        raise UsageFault(f"{chosen}: templates: there is no folder {config.templates}: name yours, or leave it out.")
    return config
