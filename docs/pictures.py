"""Pictures of an invoice and a work order of the demo, for the README: `make pictures` (LibreOffice and pdftoppm)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from sync.commands.demo import run_demo
from sync.documents.pdf import printed, program

HERE = Path(__file__).resolve().parent
WIDTH = 620


def picture(pdf: bytes, path: Path) -> None:
    """The first page of a PDF as a small PNG."""
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1", "-"]
    subprocess.run([*command, str(path.with_suffix(""))], input=pdf, check=True)  # noqa: S603


def main() -> None:
    """Writes invoice.png and work-order.png beside this file."""
    office = program()
    if office is None:
        raise SystemExit("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as name:
        list(run_demo(Path(name)))
        found = {
            "invoice": max((Path(name) / "invoices").glob("*_INV-*.xlsx")),
            "work-order": max((Path(name) / "outbox").rglob("*_work-order_*.xlsx")),
        }
        pdfs = printed({key: path.read_bytes() for key, path in found.items()}, office)
    for key, pdf in pdfs.items():
        picture(pdf, HERE / f"{key}.png")


if __name__ == "__main__":
    main()
