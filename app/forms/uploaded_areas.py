"""What an officer says about a file of areas, and which of its columns are the codes and the names."""

from __future__ import annotations

from flask_babel import gettext as _

from app.actions.uploaded_areas import CRS_CHOICES, Columns, UploadWords
from app.errors import BadQuestionError
from app.forms.typed import typed_choice, typed_line
from app.forms.values import Values
from geodata.readers.areas import AreasFields

FIELDS = ("name", "singular", "vintage", "publisher", "licence", "attribution", "inner_file")
NONE = "none"
MOST_FIELDS = 100


def read_upload_words(values: Values) -> UploadWords:
    """Raises BadQuestionError that names the field."""
    return UploadWords(
        name=typed_line(values, "name", _("What people call them"), longest=60, required=True),
        singular=typed_line(values, "singular", _("One of them"), longest=40, required=True),
        vintage=typed_line(values, "vintage", _("Year"), longest=20, required=True),
        publisher=typed_line(values, "publisher", _("Who drew them"), required=True),
        licence=typed_line(values, "licence", _("Licence"), required=True),
        attribution=typed_line(values, "attribution", _("The line the licence asks to show")),
        inner_file=typed_line(values, "inner_file", _("Layer inside the file")),
    )


def read_columns(values: Values, fields: AreasFields) -> Columns:
    """Columns by their number in the file; what was not chosen is guessed. Raises BadQuestionError."""
    names = list(fields.values)[:MOST_FIELDS]
    numbers = [str(number) for number in range(len(names))]
    guess = guess_columns(fields)

    def column(name: str, label: str, guessed: str | None) -> str | None:
        default = NONE if guessed not in names else str(names.index(guessed))
        chosen = typed_choice(values, name, label, (NONE, *numbers), default)
        return None if chosen == NONE else names[int(chosen)]

    columns = Columns(
        column("code_field", _("Column with the codes"), guess.code_field),
        column("name_field", _("Column with the names"), guess.name_field),
        typed_choice(values, "crs", _("Coordinates"), CRS_CHOICES),
    )
    if columns.code_field is None and columns.name_field is None:
        raise BadQuestionError(
            _("Neither a column with codes nor one with names is chosen."), _("Choose one at least."),
            field="code_field",
        )  # fmt: skip
    return columns


def guess_columns(fields: AreasFields) -> Columns:
    """The first column of distinct values that is called something with "code", else any of distinct values."""
    distinct = [name for name, values in fields.values.items() if all(values) and len(set(values)) == len(values)]
    code = next((name for name in distinct if _is_called(name, ("code", "cd"))), None)
    called = next((name for name in fields.values if _is_called(name, ("name", "nm"))), None)
    any_text = next((name for name in distinct if not all(value.isdigit() for value in fields.values[name])), None)
    return Columns(code, called or (None if code else any_text or next(iter(fields.values))))


def _is_called(name: str, endings: tuple[str, ...]) -> bool:
    return name.lower().rstrip("0123456789_ ").endswith(endings)
