"""The zip file that a workbook is: read within limits, written again with only the changed parts made anew."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from sync.errors import NotAWorkbook
from sync.xlsx import xml

MAX_TOTAL = 1 << 30  # bytes of all parts together; 100,000 full orders are about 300 MB
MAX_PARTS = 10_000
MAX_RATIO = 150  # of a part, or of all together, larger than BIG; real sheets stay below 50
BIG = 16 << 20
_SMALL = 1 << 20
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_ZIP64_EXTRA = 1
_UTF8_NAME = 0x800
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_DAMAGED = "the workbook file is damaged: restore an earlier version of it"
_BOMB = "the workbook unpacks to far more than it can honestly hold: not opened"


@dataclass(frozen=True)
class Part:
    """A part as the zip's directory describes it."""

    info: zipfile.ZipInfo
    raw: memoryview  # as compressed

    @property
    def name(self) -> str:
        return self.info.filename


class Package:
    """A workbook's parts. Nothing in it changes: `build` makes a new file from it."""

    def __init__(self, data: bytes) -> None:
        """Raises NotAWorkbook unless `data` is a sound zip file within the limits."""
        self.data = data
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as fault:
            raise NotAWorkbook(_DAMAGED) from fault
        _check_sizes(infos, len(data))
        self.parts = {info.filename: Part(info, _raw(data, info)) for info in infos}
        if len(self.parts) != len(infos):
            raise NotAWorkbook(_DAMAGED)
        self._by_folded = {name.replace("\\", "/").casefold(): name for name in self.parts}
        self._small: dict[str, bytes] = {}
        self._sound: set[str] = set()

    def find(self, name: str) -> str | None:
        """The name of a part as the zip spells it, whatever the case."""
        return self._by_folded.get(name.casefold())

    def read(self, name: str) -> bytes:
        """A part's bytes, by its name as the zip spells it."""
        if name in self._small:
            return self._small[name]
        content = _inflate(self.parts[name])
        self._sound.add(name)
        if len(content) <= _SMALL:  # whoever reads a large one keeps what it makes of it
            self._small[name] = content
        return content

    def xml(self, name: str) -> bytes:
        """A part's XML, fit for changing (see `xml.checked`)."""
        return xml.checked(self.read(name), name)

    def verify(self) -> None:
        """Inflates all that a reader of cells might, so that a false size in the directory can't fool it."""
        for name, part in self.parts.items():
            if name not in self._sound and name.endswith((".xml", ".rels")):
                _inflate(part)

    def build(self, changes: Mapping[str, bytes | None], stored: bool = False) -> bytes:
        """The file with these parts changed, added (after the others) or, by None, left out.

        All other parts keep their compressed bytes, order, names and dates. The same changes give the same
        bytes on one machine; with `stored`, what changed isn't compressed: the same on every machine.
        """
        entries = [
            _entry(part.info, changes.get(name, part), stored)
            for name, part in self.parts.items()
            if changes.get(name, b"") is not None
        ]
        entries += [
            _entry(_new_info(name), content, stored)
            for name, content in changes.items()
            if content is not None and name not in self.parts
        ]
        return _zipped(entries)


@dataclass(frozen=True)
class _Entry:
    info: zipfile.ZipInfo
    method: int
    crc: int
    size: int
    raw: bytes | memoryview


def _check_sizes(infos: list[zipfile.ZipInfo], length: int) -> None:
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_TOTAL:
        raise NotAWorkbook(_BOMB)
    sizes = [(info.file_size, info.compress_size) for info in infos]
    whole = sum(size for size, _ in sizes), sum(packed for _, packed in sizes)
    if any(size > BIG and size > MAX_RATIO * max(packed, 1) for size, packed in (*sizes, whole)):
        raise NotAWorkbook(_BOMB)
    if any(info.flag_bits & 1 for info in infos):
        raise NotAWorkbook("the workbook is protected by a password: save it without one")
    if sum(info.compress_size for info in infos) > length:
        raise NotAWorkbook(_BOMB)  # parts that overlap
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise NotAWorkbook("the workbook is packed in an unusual way: save it anew in a spreadsheet program")


def _raw(data: bytes, info: zipfile.ZipInfo) -> memoryview:
    local = data[info.header_offset : info.header_offset + _LOCAL.size]
    if len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        raise NotAWorkbook(_DAMAGED)
    name_length, extra_length = _LOCAL.unpack(local)[-2:]
    start = info.header_offset + _LOCAL.size + name_length + extra_length
    if start + info.compress_size > len(data):
        raise NotAWorkbook(_DAMAGED)
    return memoryview(data)[start : start + info.compress_size]


def _inflate(part: Part) -> bytes:
    """Never more than the directory promised, which was checked."""
    size = part.info.file_size
    if part.info.compress_type == zipfile.ZIP_STORED:
        content = bytes(part.raw)
    else:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(part.raw, size + 1)
        except zlib.error as fault:
            raise NotAWorkbook(_DAMAGED) from fault
    if len(content) > size:
        raise NotAWorkbook(_BOMB)
    if len(content) < size or zlib.crc32(content) != part.info.CRC:
        raise NotAWorkbook(_DAMAGED)
    return content


def _new_info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIRST_DAY)
    info.flag_bits = _UTF8_NAME
    return info


def _entry(info: zipfile.ZipInfo, content: Part | bytes | None, stored: bool) -> _Entry:
    if isinstance(content, Part):
        return _Entry(info, info.compress_type, info.CRC, info.file_size, content.raw)
    content = content or b""
    if stored:
        return _Entry(info, zipfile.ZIP_STORED, zlib.crc32(content), len(content), content)
    # Sheets of many megabytes: the quickest level packs them in a third of the time, a quarter larger.
    packer = zlib.compressobj(1 if len(content) > 1 << 20 else 6, zlib.DEFLATED, -zlib.MAX_WBITS)
    raw = packer.compress(content) + packer.flush()
    return _Entry(info, zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), raw)


def _zipped(entries: list[_Entry]) -> bytes:
    """MAX_TOTAL and MAX_PARTS keep all of this below what would need zip64."""
    out = bytearray()
    directory = bytearray()
    for entry in entries:
        info = entry.info
        name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437")
        # Sizes stand in the header itself, so none follow the data (bit 3).
        common = (
            20, info.flag_bits & ~0x8, entry.method, *_dos_time(info.date_time), entry.crc, len(entry.raw),
            entry.size, len(name),
        )  # fmt: skip
        extra = _without_zip64(info.extra)
        made_by = info.create_version & 0xFF | info.create_system << 8
        directory += _CENTRAL.pack(
            b"PK\x01\x02", made_by, *common, len(extra), len(info.comment), 0, info.internal_attr,
            info.external_attr, len(out),
        )  # fmt: skip
        directory += name + extra + info.comment
        out += _LOCAL.pack(b"PK\x03\x04", *common, 0) + name
        out += entry.raw
    end = _END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(out), 0)
    return bytes(out + directory + end)


def _dos_time(moment: tuple[int, int, int, int, int, int]) -> tuple[int, int]:
    year, month, day, hour, minute, second = moment
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _without_zip64(extra: bytes) -> bytes:
    kept = b""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind != _ZIP64_EXTRA:
            kept += extra[: 4 + length]
        extra = extra[4 + length :]
    return kept
