"""The demo's register: invented people and places, orders in every state. Hours are counted from now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

Cells = Mapping[str, object]

SETTINGS: Cells = {
    "Company name": "eCorpOne (demo)",
    "Company address": "4-14-1 Sotokanda, Chiyoda-ku, Tokyo 101-0021",
    "Company phone": "+81 3-1234-5600",
    "Company email": "dispatch@ecorpone.example.jp",
    "Registration number": "T9999999999999",
    "Bank details": "Sample Bank (0000), Akihabara branch (000)\nOrdinary 0000000",
}

CLIENTS: tuple[Cells, ...] = (
    {
        "Client": "Kitsunebi Project Services K.K.", "Terms agreed on": -4000, "Retainer from": -4000,
        "SLA response (h)": 4, "Billing name": "Kitsunebi Project Services K.K.",
        "Billing address": "9-7-1 Akasaka, Minato-ku, Tokyo", "Billing email": "ap@kitsunebi.example.co.jp",
        "Currency": "JPY", "Document language": "both", "Payment days": 30, "Tax": "standard",
    },
    {
        "Client": "Quillfern Project Management Ltd", "Terms agreed on": -4000,
        "Billing name": "Quillfern Project Management Ltd",
        "Billing address": "1 Example Street, London", "Billing email": "accounts@quillfern.example.com",
        "Currency": "USD", "Document language": "English", "Payment days": 30, "Tax": "export-exempt",
    },
)  # fmt: skip

ENGINEERS: tuple[Cells, ...] = (
    {"Engineer": "Sato Haruka", "Skill level": "Senior", "Languages": "English, Japanese", "Phone": "+81 90-1234-5678",
     "Email": "haruka@ecorpone.example.jp", "Chat": "LINE: haruka.s"},
    {"Engineer": "Nakagawa Emi", "Skill level": "Entry", "Languages": "Japanese", "Phone": "+81 90-1234-5679",
     "Email": "emi@ecorpone.example.jp", "Chat": "LINE: emi.n"},
    {"Engineer": "Lim Wei Jie", "Skill level": "Specialist", "Languages": "English", "Phone": "+65 8123 4567",
     "Email": "weijie@ecorpone.example.jp", "Chat": "WhatsApp: +65 8123 4567"},
)  # fmt: skip

RATES: tuple[Cells, ...] = tuple(
    {"Skill level": level, "Currency": currency, "Hourly rate": rate, "Overtime rate": over, "Valid from": -9000}
    for currency, prices in {
        "JPY": (("Entry", 6000, 7500), ("Senior", 9000, 11250), ("Specialist", 13000, 16250)),
        "USD": (("Entry", 60, 75), ("Senior", 90, 112.5), ("Specialist", 130, 162.5)),
    }.items()
    for level, rate, over in prices
)

COMPLETE: Cells = {
    "Client": "Kitsunebi Project Services K.K.", "Coordinator": "Ken", "Ordered by": "Mika Torii",
    "Order email": "dispatch@kitsunebi.example.co.jp", "Order phone": "+81 3-1234-5678", "Reserved hours": 2,
    "Language": "English, Japanese", "Skill level": "Senior", "Engineers needed": 1,
    "Work description": "Swap the failed disk in slot 3 and wait for the rebuild to start",
    "Target hardware": "Dell PowerEdge R540", "Instruction documents": "MOP-4471 rev B.docx",
    "Items to bring": "PC", "PM contact": "Alistair Crewe", "PM phone": "+44 20 7946 0123",
    "Site address": "9-7-1 Akasaka, Minato-ku, Tokyo", "Map link": "https://maps.app.goo.gl/DemoMidtown",
    "Floor": "35F", "Entry instructions": "Badge from B1 security", "Site contact": "Grace Adeyemi",
    "Site phone": "+81 3-1234-5678", "Site email": "grace@tenant-four.example.org",
}  # fmt: skip
"""An order with nothing missing; each order below says what is different."""

STEPS: tuple[tuple[str, float], ...] = (
    ("Availability sent at", -60), ("Site confirmed at", -50), ("Contacts shared at", -40), ("Approved at", -30),
    ("Arrived at", -0.1), ("Arrival notified at", 0), ("Work started at", 0.1), ("Completed at", 2.9),
)  # fmt: skip
"""Evidence in the order of the lifecycle, in hours from the planned start."""

ORDERS: tuple[tuple[str, float, int, Cells], ...] = (
    ("D-01 paid by hand long ago", -900, 8, {
        "Invoice sent at": -700, "Paid at": -300, "Release approved by": "Grace Adeyemi"}),
    ("D-02 completed: invoiced by the job", -48, 8, {"Release approved by": "Grace Adeyemi"}),
    ("D-03 completed abroad, two engineers", -72, 8, {
        "Client": "Quillfern Project Management Ltd", "Language": "English", "Engineers needed": 2, "Reserved hours": 3,
        "Assigned engineers": "Sato Haruka, Lim Wei Jie", "Release approved by": "Grace Adeyemi",
        "Other charges": "Parking: 40"}),
    ("D-04 nobody there: charged in full", -30, 4, {"No-show at": -29.5}),
    ("D-05 release not approved", -20, 8, {}),
    ("D-06 at work", -1.5, 7, {}),
    ("D-07 on its way, SLA running", 6, 4, {"Urgent call at": -20, "Received at": -20, "Approved at": -1}),
    ("D-08 approved", 52, 4, {}),
    ("D-09 contacts not shared", 58, 2, {}),
    ("D-10 Senior asked, Entry assigned", 90, 1, {"Assigned engineers": "Nakagawa Emi"}),
    ("D-11 ready: who goes?", 120, 0, {"Assigned engineers": ""}),
    ("D-12 urgent, nobody phoned, phone without country code", 20, 0, {
        "Received at": -1, "Site phone": "03-1234-5678", "Assigned engineers": ""}),
    ("D-13 half typed", 200, 0, {"Site address": "", "Language": "", "Site contact": "", "Assigned engineers": ""}),
    ("D-14 cancelled after the approval", 30, 4, {"Cancelled at": -0.2}),
    ("D-16 contacts shared, not approved", 70, 3, {}),
    ("D-17 travel booked", 76, 4, {"Travel needed": "yes", "Travel booked at": -1, "Travel cost": 13480}),
    ("D-18 on site", -0.5, 6, {"Assigned engineers": "Lim Wei Jie", "Language": "English"}),
    ("D-19 completed: what did the travel cost?", -60, 8, {
        "Release approved by": "Grace Adeyemi", "Travel needed": "yes", "Travel booked at": -90}),
    ("D-20 nobody there: whether tax is charged is not said", -100, 4, {"No-show at": -99.5, "Tax": "ask"}),
    ("D-21 ready: nobody chosen yet", 140, 0, {"Assigned engineers": ""}),
)  # fmt: skip
"""Reference and remark, planned start, how many steps are done, what differs from `COMPLETE`."""

WHOLE = "D-22"
"""The order whose whole life the demo shows, from the first typed cell to the invoice."""

LATER: tuple[tuple[timedelta, Mapping[str, Cells]], ...] = (
    (timedelta(minutes=15), {
        "D-05": {"Release approved by": "Grace Adeyemi"},
        "D-06": {"Completed at": 0},
        "D-08": {"Planned start": 54},
        "D-09": {"Contacts shared at": -0.1, "Approved at": 0},
        "D-10": {"Site confirmed at": 0},
        "D-11": {"Assigned engineers": "Sato Haruka"},
        "D-15": {"Planned start": 150, "Site phone": "03-1234-5678", "Map link": "", "Engineers needed": "two?"},
        WHOLE: {
            "Planned start": 1, "Urgent call at": 0, "Assigned engineers": "Sato Haruka",
            "Work sequence": "Pull the failed disk\nInsert the new one\nSee the rebuild start",
            "Confirmations": "Alistair Crewe, before the disk is pulled", "Paperwork": "NDA", "Paperwork sent at": 0},
    }),
    (timedelta(minutes=30), {"D-11": {"Availability sent at": 0}, WHOLE: {"Availability sent at": 0}}),
    (timedelta(minutes=45), {WHOLE: {"Site confirmed at": 0}}),
    (timedelta(minutes=60), {WHOLE: {"Contacts shared at": 0, "Approved at": 0}}),
    (timedelta(minutes=75), {WHOLE: {"Arrived at": 0, "Arrival notified at": 0, "Work started at": 0}}),
    (timedelta(minutes=150), {WHOLE: {"Completed at": 0}}),
    (timedelta(minutes=165), {WHOLE: {"Release approved by": "Grace Adeyemi"}}),
)  # fmt: skip
"""What people type after the first run, by order, so that there is something to say; hours from then."""
