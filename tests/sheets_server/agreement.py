"""`python -m tests.sheets_server.agreement FOLDER`: how far the server's replies agree with Google's.

FOLDER holds recorded exchanges (JSON in the form of the recorder "betamax" or "vcr": interactions with
request and response). Each file's requests are sent to the server in order; what the Drive API did in
between (making and deleting spreadsheets) is done in process. Identifiers that Google chose are handed to
the server beforehand, as it can't guess them. Compared are the status and the whole JSON body.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from tests.sheets_server.defaults import new_book
from tests.sheets_server.errors import Obj
from tests.sheets_server.grids import fill_sheet
from tests.sheets_server.routes import find
from tests.sheets_server.server import SheetsServer

CHOSEN = ("sheetId", "namedRangeId", "protectedRangeId", "chartId", "bandedRangeId", "filterViewId")
"""Ids that the server chooses where the caller does not."""

USED = ("get", "values.get", "values.batchGet", "values.update", "values.append", "batchUpdate")
"""The kinds of calls that onsite makes, or that do the same work."""

UNKNOWN = -1
"""Id of a sheet that an upload made, until a recorded reply names it."""

Exchange = tuple[str, str, str, int, Any]
"""Method, address, body; status and body of the recorded reply."""


def exchanges(file: Path) -> Iterator[Exchange]:
    for one in json.loads(file.read_text(encoding="utf-8"))["interactions"]:
        asked, got = one["request"], one["response"]
        text = got["body"].get("string", "")
        status = got["status"]["code"] if isinstance(got["status"], dict) else got["status"]
        body = asked["body"]
        body = body.get("string", "") if isinstance(body, dict) else body or ""
        try:
            yield asked["method"], asked["uri"], body, int(status), json.loads(text) if text.strip() else None
        except ValueError:
            yield asked["method"], asked["uri"], body, int(status), text


def chosen_ids(reply: Any) -> list[int]:
    """In the order in which the requests of a batch need them."""
    found = []
    for one in (reply or {}).get("replies", []) if isinstance(reply, dict) else []:
        for inner in one.values():
            for resource in inner.values():
                if isinstance(resource, dict):
                    found += [int(resource[name]) for name in CHOSEN if name in resource][:1]
    return found


def tidy(value: Any) -> Any:
    """Without what differs from call to call or names the person who recorded it."""
    if isinstance(value, list):
        return [tidy(one) for one in value]
    if isinstance(value, dict):
        masked = {"users": "who edits", "pixelSize": "measured"}
        return {key: masked.get(key) or tidy(one) for key, one in value.items()}
    return value


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            if key not in ours or key not in theirs:
                side = "only Google" if key in theirs else "only this server"
                yield f"{path}.{key}: {side}"
            else:
                yield from differences(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"{path}: {json.dumps(ours)[:90]} here, {json.dumps(theirs)[:90]} at Google"


def anonymous(exchange: str) -> str:
    """An exchange without keys, titles and ids: what is left tells how many are really different."""
    bare = re.sub(r"(spreadsheets/|/d/|spreadsheetId\": \")[\w-]{20,}", "", exchange)
    return re.sub(r'\d{6,}|"title": "Test [^"]*"', "", bare)


class Drive:
    """The few things that the recordings do through the Drive API, done in process."""

    def __init__(self, server: SheetsServer) -> None:
        self.server = server

    def follow(self, method: str, address: str, body: str, reply: Any) -> None:
        parts = urlsplit(address)
        key = unquote(parts.path).split("files/")[-1].split("/")[0] if "files/" in parts.path else ""
        if method == "POST" and parts.path.endswith("/copy"):
            book = self.server.books[key].clone()
            book.id, book.properties["title"] = reply["id"], reply["name"]
            self.server.books[book.id] = book
        elif method == "POST" and parts.path.endswith("/files"):
            self.server.books[reply["id"]] = new_book(self.server.ids, reply["name"], key=reply["id"])
        elif method == "DELETE":
            self.server.books.pop(key, None)
        elif method == "PUT" and "upload" in parts.path:
            self.import_csv(key, body)

    def import_csv(self, key: str, body: str) -> None:
        """An upload replaces the sheets by one that is named after the spreadsheet."""
        book = self.server.books[key]
        book.properties["timeZone"] = "America/Los_Angeles"
        sheet = book.sheets[0]
        sheet.properties["title"] = book.properties["title"]
        sheet.properties["sheetId"] = UNKNOWN
        fill_sheet(sheet, [line.split(",") for line in body.splitlines()])


class Replay:
    """Counts and differences over all files."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.different: dict[str, set[str]] = defaultdict(set)
        self.agreed: Counter[str] = Counter()
        self.apart: dict[tuple[str, str], list[str]] = defaultdict(list)

    def file(self, file: Path) -> None:
        with SheetsServer() as server:
            drive = Drive(server)
            for method, address, body, status, theirs in exchanges(file):
                parts = urlsplit(address)
                if parts.netloc != "sheets.googleapis.com":
                    drive.follow(method, address, body, theirs)
                    continue
                self.prepare(server, address, status, theirs)
                address = f"http://{server.host}{parts.path}" + (f"?{parts.query}" if parts.query else "")
                reply = requests.request(method, address, data=body.encode() or None, timeout=10)
                hit = find(method, parts.path)
                kind = hit[0].kind if hit else parts.path
                self.compare(kind, file.stem, (reply.status_code, reply.json()), (status, theirs))
                self.different[kind].add(anonymous(f"{parts.path}?{parts.query} {body} {json.dumps(theirs)}"))

    @staticmethod
    def prepare(server: SheetsServer, address: str, status: int, theirs: Any) -> None:
        server.ids.preset = chosen_ids(theirs)
        key = re.search(r"spreadsheets/([^/:?]+)", address)
        if status == 403 and key:
            server.books[key.group(1)] = new_book(server.ids, "closed", key=key.group(1))
            server.closed.add(key.group(1))
        if status == 200 and isinstance(theirs, dict) and key and key.group(1) not in server.books:
            title = theirs.get("properties", {}).get("title", "unknown")
            server.books[key.group(1)] = new_book(server.ids, title, key=key.group(1))
        sheets = server.books[key.group(1)].sheets if key and key.group(1) in server.books else []
        if sheets and sheets[0].id == UNKNOWN and "sheets" in theirs:
            sheets[0].properties["sheetId"] = theirs["sheets"][0]["properties"]["sheetId"]

    def compare(self, kind: str, name: str, ours: tuple[int, Obj], theirs: tuple[int, Any]) -> None:
        self.asked[kind] += 1
        found = list(differences(tidy(ours[1]), tidy(theirs[1])))
        if ours[0] != theirs[0]:
            found.insert(0, f"status {ours[0]} here, {theirs[0]} at Google")
        self.agreed[kind] += not found
        for one in found:
            self.apart[kind, re.sub(r"\[\d+\]", "[]", one)].append(name)

    def table(self) -> str:
        lines = [f"{'call':<22}{'replies':>9}{'agree':>9}{'share':>9}{'different':>11}"]
        kinds = sorted(self.asked, key=lambda kind: (kind not in USED, -self.asked[kind]))
        groups = [(kind, [kind]) for kind in kinds]
        groups += [("calls that onsite uses", [k for k in kinds if k in USED]), ("all", kinds)]
        for title, members in groups:
            asked, agreed = sum(self.asked[k] for k in members), sum(self.agreed[k] for k in members)
            unlike = sum(len(self.different[k]) for k in members)
            lines.append(f"{title:<22}{asked:>9}{agreed:>9}{agreed / max(asked, 1):>9.1%}{unlike:>11}")
        return "\n".join(lines)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    replay = Replay()
    for file in sorted(Path(sys.argv[1]).glob("*.json")):
        replay.file(file)
    print(replay.table())
    for (kind, difference), names in sorted(replay.apart.items()):
        print(f"\n{kind}: {difference}\n    {len(names)} times, in {', '.join(sorted(set(names)))}")


if __name__ == "__main__":
    main()
