"""Which spreadsheet, and with whose rights: a service account's key file, or the machine's own account."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import google.auth
import requests
from google.auth import exceptions as auth
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from requests.adapters import HTTPAdapter

from sync.config import EMULATOR
from sync.errors import UsageFault
from sync.registers.address import key_in
from sync.registers.google.faults import NoAccess

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
_PUBLISHED = "e"
"""What stands for the key in the address of a published copy, …/d/e/…, which can't be written."""


def key_of(target: str) -> str:
    """The key in a spreadsheet's address, or the key itself. Raises UsageFault."""
    key = key_in(target)
    if key and key != _PUBLISHED:
        return key
    raise UsageFault(
        f"{target} is not a Google Sheet's address: copy it from the browser, such as "
        "https://docs.google.com/spreadsheets/d/KEY/edit."
    )


def connect(key_file: Path | None, environment: Mapping[str, str] = os.environ) -> tuple[requests.Session, str]:
    """A session, and the address that it signs in with ("this program" where it can't be known).

    Raises NoAccess, UsageFault.
    """
    if environment.get(EMULATOR):
        return _plain_session(environment[EMULATOR]), "this program"
    named = key_file or (Path(path) if (path := environment.get("GOOGLE_APPLICATION_CREDENTIALS")) else None)
    credentials = _from_file(named.expanduser()) if named else _keyless()
    who = str(getattr(credentials, "service_account_email", "") or "")
    signing_in = requests.Session()
    session = AuthorizedSession(credentials, auth_request=Request(signing_in))  # type: ignore[no-untyped-call]
    session.auth = signing_in.auth = _as_it_is
    return session, who if "@" in who else "the account that the program signs in with"


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Without it a ~/.netrc that speaks of every host would put its password in the token's place."""
    return request


def _from_file(path: Path) -> Any:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise NoAccess(f"The credentials file {path} can't be read: {error.strerror}.", "key-file") from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NoAccess(f"Other users of this machine can get at the key in {path}: run `chmod 600 {path}`.", "key-file")
    try:
        return _loaded(path)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, auth.GoogleAuthError):
        pass
    # outside of the handler, so that no part of the key is chained to what people see
    raise NoAccess(f"{path} is not a key of a service account, as Google Cloud hands it out (JSON).", "key-file")


def _loaded(path: Path) -> Any:
    """A service account's key, or another kind of credentials file that google-auth knows (workload identity)."""
    try:
        return service_account.Credentials.from_service_account_file(str(path), scopes=SCOPES)  # type: ignore[no-untyped-call]
    except auth.MalformedError:
        return google.auth.load_credentials_from_file(str(path), scopes=SCOPES)[0]  # type: ignore[no-untyped-call]


def _keyless() -> Any:
    try:
        return google.auth.default(scopes=SCOPES)[0]
    except auth.DefaultCredentialsError:
        pass
    raise NoAccess(
        "No credentials for Google: name a service account's key file in onsite.toml ([credentials] file = …) or in "
        "GOOGLE_APPLICATION_CREDENTIALS, or attach a service account to this machine.",
        "credentials",
    )


def _plain_session(host: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy stands before a server for tests
    session.mount("https://sheets.googleapis.com/", _Redirected(_host_of(host)))
    return session


def _host_of(text: str) -> str:
    """`host:port`, also of a whole address. Raises UsageFault."""
    parts = urlsplit(text.strip() if "://" in text else f"//{text.strip()}")
    with contextlib.suppress(ValueError):
        if parts.hostname and parts.port != 0:
            return parts.netloc
    raise UsageFault(f"{EMULATOR} is {text}: write host:port, such as localhost:9010 or [::1]:9010.")


class _Redirected(HTTPAdapter):
    """Sends what is meant for Google to another address, without encryption."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: object, **options: object) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = urlunsplit(("http", self._host, parts.path, parts.query, ""))
        return super().send(request, *args, **options)  # type: ignore[arg-type]
