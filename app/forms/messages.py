"""What is wrong with an answer, in Danish. `{label}` becomes the label of the field in quotes."""

from __future__ import annotations

FILL_IN = "Udfyld {label}"
CHOOSE = "Vælg et svar i {label}"
CHOOSE_SOME = "Vælg mindst ét svar i {label}"
TICK = "Sæt kryds ved {label}"
CHOOSE_FILE = "Vælg en fil i {label}"
NOT_A_DOCUMENT = "Dokumentet i {label} hører ikke til forløbet. Vælg filen igen"
ONE_FILE = "{label} tager kun én fil. Fjern de andre"
NOT_TEXT = "{label} skal være tekst"
NOT_NUMBER = "{label} skal være et tal"
NOT_YES_NO = "{label} skal være ja eller nej"
NOT_LIST = "{label} skal være en liste"
NOT_DATE = "Skriv {label} som en dato, fx 1. 2. 2027"
NOT_TIME = "Skriv {label} som et klokkeslæt, fx 10.30"
NOT_MOMENT = "Skriv {label} som dato og klokkeslæt, fx 1. 2. 2027 kl. 10.30"
NOT_CPR = "{label} skal være et CPR-nummer med ti cifre, fx 010190-1234"
NOT_EMAIL = "{label} skal være en mailadresse, fx navn@eksempel.dk"
NOT_PHONE = "{label} skal være et telefonnummer, fx 12 34 56 78"
NOT_PATTERN = "{label} har ikke den rigtige form"
BAD_CHARACTERS = "{label} har tegn, der ikke kan gemmes"
NOT_AN_OPTION = "Vælg {label} blandt svarmulighederne"
TWICE = "{label} har det samme svar to gange"
LOCKED = "{label} kan ikke ændres"
NOT_VALID = "{label} passer ikke med de andre svar"
UNKNOWN = "Feltet findes ikke i formularen"
NOT_OBJECT = "Her skal stå et objekt med felter"
TOO_LARGE = "Svarene fylder for meget eller ligger i for mange lag"
FIXED_ROWS = "{label} skal have {count} rækker"


def too_long(length: int) -> str:
    """Say that a text is too long."""
    return f"{{label}} må højst fylde {length} tegn"


def too_short(length: int) -> str:
    """Say that a text is too short."""
    return f"{{label}} skal fylde mindst {length} tegn"


def too_low(bound: str) -> str:
    """Say that a number is too low."""
    return f"{{label}} skal være {bound} eller mere"


def too_high(bound: str) -> str:
    """Say that a number is too high."""
    return f"{{label}} skal være {bound} eller mindre"


def too_early(bound: str) -> str:
    """Say that a date or time is too early."""
    return f"{{label}} skal være {bound} eller senere"


def too_late(bound: str) -> str:
    """Say that a date or time is too late."""
    return f"{{label}} skal være {bound} eller før"


def too_many_decimals(digits: int) -> str:
    """Say that a number has too many decimals."""
    return (
        f"{{label}} må højst have {digits} decimaler" if digits else "{label} skal være et helt tal"
    )


def too_many_files(count: int) -> str:
    """Say that there are too many documents."""
    return f"{{label}} må højst have {count} filer"


def wrong_file(name: str, accept: str) -> str:
    """Say that a document is of a kind that the field does not take."""
    return f"»{name}« er ikke af en slags, som {{label}} tager imod ({accept})"


def too_few_rows(count: int) -> str:
    """Say that a list has too few rows."""
    return f"{{label}} skal have mindst {count} {'række' if count == 1 else 'rækker'}"


def too_many_rows(count: int) -> str:
    """Say that a list has too many rows."""
    return f"{{label}} må højst have {count} rækker"


def filled(message: str, label: str) -> str:
    """Put the field's label into a message."""
    if label:
        return message.replace("{label}", f"»{label}«")
    return message.replace("{label}", "Feltet" if message.startswith("{label}") else "feltet")
