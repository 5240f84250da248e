"""Changes cells inside an existing .xlsx file and leaves every other byte of it alone."""

from sync.xlsx.book import Book
from sync.xlsx.cells import MAX_TEXT, Value, clean, held
from sync.xlsx.validation import Validation, choices

__all__ = ["MAX_TEXT", "Book", "Validation", "Value", "choices", "clean", "held"]
