"""A register that is a Google Sheet, through gspread and google-auth."""

from sync.registers.google.faults import NoAccess
from sync.registers.google.register import GoogleRegister, open_google

__all__ = ["GoogleRegister", "NoAccess", "open_google"]
