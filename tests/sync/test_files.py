"""A file that people have open is never replaced, and whatever happens it is whole."""

import errno
import os
import resource
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import exchange, files
from sync.backups import BACKUPS
from sync.errors import Changed, Contended, InUse, OnsiteError, Unreachable

OLD, NEW, THEIRS = b"old content", b"new content, longer", b"what somebody saved meanwhile"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "register.xlsx"
    path.write_bytes(OLD)
    return path


def left_over(book: Path) -> list[str]:
    return sorted(path.name for path in book.parent.iterdir() if path != book)


def office_lock(book: Path, host: str, name: str = "Ken Sato", login: str = "ken") -> Path:
    lock = book.with_name(f".~lock.{book.name}#")
    lock.write_text(f"{name},{login},{host},24.11.2026 10:00,file:///home/ken/.config/libreoffice/4;", "utf-8")
    return lock


def test_the_file_is_replaced_and_what_stood_there_is_kept(book: Path) -> None:
    data, stamp = files.read(book)
    kept = files.replace(book, NEW, stamp)
    assert (data, book.read_bytes(), kept.read_bytes()) == (OLD, NEW, OLD)
    assert left_over(book) == [BACKUPS]


def test_the_last_ten_are_kept_and_others_files_are_left(book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept" / "here"
    folder.mkdir(parents=True)
    (folder / "register.copy.xlsx").write_bytes(b"Ken's")
    for number in range(15):
        _, stamp = files.read(book)
        files.replace(book, b"%d" % number, stamp, folder)
    kept = sorted(path.read_bytes() for path in folder.glob("register.0*"))
    assert kept == sorted(b"%d" % number for number in range(4, 14))
    assert (folder / "register.copy.xlsx").read_bytes() == b"Ken's"


def test_rights_stay(book: Path) -> None:
    book.chmod(0o640)
    files.replace(book, NEW, files.read(book)[1])
    assert stat.S_IMODE(book.stat().st_mode) == 0o640


def test_owner_stays(book: Path) -> None:
    if os.geteuid() == 0:
        os.chown(book, 1234, 2345)
    before = book.stat()
    files.replace(book, NEW, files.read(book)[1])
    assert (book.stat().st_uid, book.stat().st_gid) == (before.st_uid, before.st_gid)


def test_a_link_stays_a_link(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.parent.mkdir()
    link.symlink_to(book)
    files.replace(link, NEW, files.read(link)[1])
    assert link.is_symlink()
    assert book.read_bytes() == NEW


@pytest.mark.parametrize("same_length", [True, False])
def test_what_somebody_saved_meanwhile_stays(book: Path, same_length: bool) -> None:
    _, stamp = files.read(book)
    theirs = b"OLD CONTENT" if same_length else b"Ken's"
    book.write_bytes(theirs)
    os.utime(book, ns=(stamp.mtime_ns, stamp.mtime_ns))
    with pytest.raises(Changed):
        files.replace(book, NEW, stamp)
    assert book.read_bytes() == theirs
    assert left_over(book) == []


def test_saved_in_the_last_moment(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the last look and the change of names, theirs comes back."""
    _, stamp = files.read(book)
    real = exchange.exchanged

    def late(one: Path, other: Path) -> bool:
        if book.read_bytes() == OLD:
            beside = book.with_name("beside")
            beside.write_bytes(THEIRS)
            beside.replace(book)
        return real(one, other)

    monkeypatch.setattr(exchange, "exchanged", late)
    with pytest.raises(Changed):
        files.replace(book, NEW, stamp)
    assert book.read_bytes() == THEIRS and left_over(book) == [BACKUPS] and not list((book.parent / BACKUPS).iterdir())


def save(book: Path, data: bytes) -> None:
    """As programs do: beside the file, then renamed."""
    beside = book.with_name("beside")
    beside.write_bytes(data)
    os.rename(beside, book)


def contents(book: Path) -> list[bytes]:
    """What lies around the workbook: backups, and what is half made."""
    return sorted(path.read_bytes() for path in book.parent.rglob("*") if path.is_file() and path != book)


class Late:
    """Somebody saves in the last moment; then other things happen before the look at what came out is over."""

    def __init__(self, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._book, self._real, self._patch = book, exchange.exchanged, monkeypatch
        self.again: list[bytes] = []
        self.then: BaseException | None = None
        self.refuses = False
        self._first = True
        _, self.stamp = files.read(book)
        monkeypatch.setattr(exchange, "exchanged", self._exchanged)

    def _exchanged(self, one: Path, other: Path) -> bool:
        if not self._first:
            if self.refuses:
                raise OSError(errno.EIO, "Input/output error")
            return self._real(one, other)
        self._first = False
        save(self._book, THEIRS)
        done = self._real(one, other)
        for data in self.again:
            save(self._book, data)
        if self.refuses:
            self._patch.setattr("os.replace", self._refused)
        if self.then is not None:
            self._patch.setattr(files, "check_unchanged", self._stopped)
        return done

    def _refused(self, *_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    def _stopped(self, *_: object) -> None:
        assert self.then is not None
        raise self.then


def test_saved_in_the_last_moment_and_once_more(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late = Late(book, monkeypatch)
    late.again = [b"the second save"]
    with pytest.raises(Changed):
        files.replace(book, NEW, late.stamp)
    assert (book.read_bytes(), contents(book)) == (b"the second save", [THEIRS])


@pytest.mark.parametrize("quietly", [True, False])
def test_saved_in_the_last_moment_and_not_put_back(
    book: Path, monkeypatch: pytest.MonkeyPatch, quietly: bool
) -> None:
    late = Late(book, monkeypatch)
    late.refuses = True
    with pytest.raises(Unreachable) as refusal:
        (files.replace_quietly if quietly else files.replace)(book, NEW, late.stamp)
    assert (book.read_bytes(), THEIRS in contents(book), left_over(book)) == (NEW, True, [BACKUPS])
    (kept,) = (book.parent / BACKUPS).glob("*.saved-*")
    assert str(kept) in str(refusal.value)
    monkeypatch.undo()
    for number in range(15):  # no number of later backups takes it away
        files.replace(book, b"%d" % number, files.read(book)[1])
    assert kept.read_bytes() == THEIRS


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), MemoryError(), Unreachable("EIO")])
def test_saved_in_the_last_moment_and_stopped(
    book: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException
) -> None:
    late = Late(book, monkeypatch)
    real = files._take_place

    def stopped(*args: object) -> None:
        late.then = stop
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "_take_place", stopped)
    with pytest.raises((type(stop), Changed)):
        files.replace(book, NEW, late.stamp)
    assert book.read_bytes() == THEIRS and NEW not in contents(book)


@pytest.mark.parametrize("quietly", [True, False])
@pytest.mark.parametrize("saves", [True, False])
def test_killed_after_the_exchange(book: Path, quietly: bool, saves: bool) -> None:
    """The next run keeps what somebody saved in that moment, and takes away what it wrote or replaced itself."""
    program = (
        "import os, sys; from pathlib import Path; from sync import exchange, files\n"
        "book, name, theirs = Path(sys.argv[1]), sys.argv[2], sys.argv[3].encode(); real = exchange.exchanged\n"
        "def killed(one, other):\n"
        "    if theirs: beside = book.with_name('beside'); beside.write_bytes(theirs); beside.rename(book)\n"
        "    real(one, other); os._exit(9)\n"
        "exchange.exchanged = killed\n"
        "getattr(files, name)(book, sys.argv[4].encode(), files.read(book)[1])"
    )
    root = Path(files.__file__).parent.parent
    name, theirs = "replace_quietly" if quietly else "replace", THEIRS.decode() if saves else ""
    done = subprocess.run([sys.executable, "-c", program, book, name, theirs, NEW.decode()], cwd=root, check=False)
    assert done.returncode == 9 and book.read_bytes() == NEW
    files.tidy(book)
    assert set(contents(book)) - {b""} == ({THEIRS} if saves else set()) | (set() if quietly else {OLD})
    assert [path.suffix for path in book.parent.iterdir() if path.suffix == ".tmp"] == []


def test_killed_before_the_exchange(book: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from sync import exchange, files\n"
        "exchange.exchanged = lambda *_: os._exit(9)\n"
        "book = Path(sys.argv[1]); files.replace_quietly(book, sys.argv[2].encode(), files.read(book)[1])"
    )
    root = Path(files.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", program, book, NEW.decode()], cwd=root, check=False)
    assert done.returncode == 9 and NEW in contents(book)
    files.tidy(book)
    assert book.read_bytes() == OLD and not {NEW, OLD} & set(contents(book))


def test_where_no_names_can_be_exchanged(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on NFS, and on Windows."""
    _, stamp = files.read(book)
    monkeypatch.setattr(exchange, "exchanged", lambda *_: False)
    kept = files.replace(book, NEW, stamp)
    assert (book.read_bytes(), kept.read_bytes()) == (NEW, OLD)


def test_saving_the_same_content_again_counts_as_a_change(book: Path) -> None:
    _, stamp = files.read(book)
    os.utime(book, ns=(1, 1))
    with pytest.raises(Changed):
        files.check_unchanged(book, stamp)


def test_a_file_that_went_away(book: Path) -> None:
    _, stamp = files.read(book)
    book.unlink()
    with pytest.raises(Unreachable):
        files.replace(book, NEW, stamp)
    assert left_over(book) == []


EXCEL = [
    b"\x08Ken Sato",
    b"\x08Ken Sato" + b" " * 46 + b"\x08\x00" + "Ken Sato".encode("utf-16-le") + b" \0" * 46,
    b"\x02??" + b" " * 52 + b"\x08\x00" + "Ken Sato".encode("utf-16-le") + b" \0" * 46,
]


@pytest.mark.parametrize("content", EXCEL)
def test_open_in_excel(book: Path, content: bytes) -> None:
    book.with_name("~$register.xlsx").write_bytes(content)
    refuses_open(book, "Ken Sato")


@pytest.mark.parametrize("content", [b"", b"\xff", b"\x05\x00\x00\x01\x02\x03", os.urandom(165)])
def test_open_in_excel_with_a_name_that_cannot_be_read(book: Path, content: bytes) -> None:
    book.with_name("~$register.xlsx").write_bytes(content)
    refuses_open(book)


def refuses_open(book: Path, who: str | None = None) -> None:
    _, stamp = files.read(book)
    with pytest.raises(InUse) as refusal:
        files.replace(book, NEW, stamp)
    assert who is None or refusal.value.who == who
    assert book.read_bytes() == OLD
    assert not (book.parent / BACKUPS).exists()


def test_open_in_libreoffice_elsewhere(book: Path) -> None:
    office_lock(book, "office-pc", "Sato\\, Ken")
    refuses_open(book, "Sato, Ken")


def test_open_in_libreoffice_that_does_not_say_who(book: Path) -> None:
    book.with_name(".~lock.register.xlsx#").write_bytes(b"")
    refuses_open(book, "")


def test_open_by_the_name_of_a_link(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    link.with_name("~$link.xlsx").write_bytes(EXCEL[0])
    with pytest.raises(InUse):
        files.check_free(link)


@pytest.mark.skipif(not Path("/proc/1/comm").exists(), reason="the system doesn't list its processes")
class TestAfterACrash:
    @pytest.fixture
    def mine(self, book: Path) -> Path:
        import getpass

        return office_lock(book, socket.gethostname(), login=getpass.getuser())

    def test_what_libreoffice_left_here_does_not_count(self, book: Path, mine: Path) -> None:
        if any("soffice" in p.read_text() for p in Path("/proc").glob("[0-9]*/comm") if p.exists()):
            mine.unlink()
        files.replace(book, NEW, files.read(book)[1])
        assert book.read_bytes() == NEW

    def test_while_a_libreoffice_runs_it_counts(self, book: Path, mine: Path, office: None) -> None:
        refuses_open(book, "Ken Sato")

    @pytest.fixture
    def office(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
        """A program of that name, as the list of processes shows it."""
        program = tmp_path_factory.mktemp("bin") / "soffice.bin"
        program.symlink_to(Path(sys.executable).resolve())
        ready = "import sys; sys.stdout.write('!'); sys.stdout.flush(); sys.stdin.read()"
        with subprocess.Popen([program, "-c", ready], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.read(1)
            yield
            process.communicate()


def test_two_runs_keep_apart(book: Path) -> None:
    with files.locked(book), pytest.raises(Contended), files.locked(book, timeout=0):
        pass
    with files.locked(book, timeout=0):
        assert book.read_bytes() == OLD


def test_the_file_itself_is_not_locked(book: Path) -> None:
    with files.locked(book):
        book.write_bytes(b"Ken's")
    assert book.read_bytes() == b"Ken's"


@pytest.mark.scenario(23)
def test_full_disk(book: Path) -> None:
    """A process that may write no more than 100 kB to a file stands for the disk."""
    program = (
        "import sys; from pathlib import Path; from sync import files; from sync.errors import Unreachable\n"
        "book = Path(sys.argv[1]); stamp = files.read(book)[1]\n"
        "try: files.replace(book, bytes(200_000), stamp)\n"
        "except Unreachable as fault: sys.exit(fault.exit_code)"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    root = Path(files.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", program, book], preexec_fn=limit, cwd=root, check=False)
    assert done.returncode == 3
    assert book.read_bytes() == OLD
    assert left_over(book) == []


def test_backup_that_cannot_be_kept_stops_the_write(book: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OnsiteError):
        files.replace(book, NEW, files.read(book)[1], tmp_path / "file" / "folder")
    assert book.read_bytes() == OLD
    assert left_over(book) == ["file"]


def test_read_only_files_are_left_alone(book: Path) -> None:
    book.chmod(0o444)
    with pytest.raises(Unreachable):
        files.replace(book, NEW, files.read(book)[1])
    assert book.read_bytes() == OLD


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "nowhere.xlsx", tmp_path, tmp_path / "file" / "x.xlsx"):
        with pytest.raises(Unreachable):
            files.read(path)


def test_files_of_others_cannot_be_read(book: Path) -> None:
    """As a user without rights, also where the tests run as root."""
    book.chmod(0)
    root = Path(files.__file__).parent.parent
    program = (
        "import os, sys; from pathlib import Path; from sync import files; from sync.errors import Unreachable\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: files.read(Path(sys.argv[1]))\n"
        "except Unreachable as fault: sys.exit(fault.exit_code)"
    )
    assert subprocess.run([sys.executable, "-c", program, book], cwd=root, check=False).returncode == 3
