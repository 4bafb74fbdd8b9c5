"""The forms: every slip by its name, from the templates that are shipped and those of the hall that replace them."""

from importlib import resources
from pathlib import Path

from printers.layout import Document
from printers.template import Template, TemplateError, Values, decoded, read_template

__all__ = ["FORM_FIELDS", "FormMissingError", "Forms", "TemplateError"]

_PHONES = "enquiry_phone complaint_phone"
_TICKET = (
    f"hall number service ahead ahead_words expected elsewhere counters time rule hours {_PHONES} query progress"
    " supervision"
)
_NOTICE = "hall serial date name matter items officer counter enquiry_phone copy sheet"
_PROMISE = "hall serial number service name items deadline officer counter time enquiry_phone copy"
_ACCEPTANCE = "hall number service result promised officer counter time enquiry_phone query copy"
FORM_FIELDS: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "ticket": f"{_TICKET} serial check copy",
        "appointment": f"{_TICKET} serial check copy slot",
        "notice": _NOTICE,
        "notice-more": "hall serial date items first_index sheet officer copy",
        "acceptance": _ACCEPTANCE,
        "commitment": _PROMISE,
        "supplement": _PROMISE,
        "refusal": f"hall number service result reason officer counter time {_PHONES} copy",
        "result": "hall number service result promised officer counter time enquiry_phone copy",
        "left": "hall number service time enquiry_phone next_day copy",
        "guide": "hall service basis conditions materials place times process time_limit fee enquiry_phone copy",
        "report": "hall day rows totals by time copy",
        "reserve": "hall number rule enquiry_phone",
    }.items()
}
"""What each form may name."""


class FormMissingError(KeyError):
    """There is no template of that name; the sentence says where one belongs."""

    def __str__(self) -> str:
        return str(self.args[0])


class Forms:
    """The forms of a hall, read once. folder: where the hall's own ``NAME.txt`` are; None: only those shipped.

    Raises TemplateError for a template with a mistake, and for a file whose name no form has.
    """

    def __init__(self, folder: Path | None = None) -> None:
        own = {path.stem: path for path in sorted(folder.glob("*.txt"))} if folder and folder.is_dir() else {}
        for name, path in own.items():
            if name not in FORM_FIELDS:
                raise TemplateError(f"{path}:1: no form has this name; call it one of {', '.join(FORM_FIELDS)}")
        self._shipped = {name: _read(name, None) for name in FORM_FIELDS}
        self._templates = self._shipped | {name: _read(name, path) for name, path in own.items()}

    def fill(self, name: str, values: Values) -> Document:
        """Return a form with its values; fields without one are empty. Raises FormMissingError."""
        return self.template(name).fill(values)

    def fill_shipped(self, name: str, values: Values) -> Document:
        """Return a form as it is shipped, with its values, for where the hall's own cannot be printed."""
        return self._shipped[name].fill(values)

    def template(self, name: str) -> Template:
        """Return a form's template as it was read. Raises FormMissingError."""
        try:
            return self._templates[name]
        except KeyError:
            raise FormMissingError(f"no form {name!r}; its template belongs in forms/{name}.txt") from None


def shipped_text(name: str) -> str:
    """Return the template of a form of FORM_FIELDS as it is shipped."""
    return (resources.files("printers") / "forms" / f"{name}.txt").read_text(encoding="utf-8")


def _read(name: str, own: Path | None) -> Template:
    fields = FORM_FIELDS[name]
    if not own:
        return read_template(shipped_text(name), name=name, file=f"forms/{name}.txt", fields=fields)
    try:
        text = decoded(own.read_bytes())
    except UnicodeDecodeError:
        raise TemplateError(f"{own}:1: not UTF-8; save it from Notepad with the encoding UTF-8") from None
    return read_template(text, name=name, file=str(own), fields=fields)
