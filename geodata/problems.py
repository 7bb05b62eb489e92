"""What can be wrong with a file, said so that the person who has it can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RowProblem:
    """One row that was skipped or kept with a warning; ``row`` counts as a spreadsheet does (header = 1)."""

    file: str
    row: int | None
    column: str | None
    problem: str
    fix: str
    skipped: bool = True

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column “{self.column}”")
        return f"{', '.join(where)}: {self.problem} {self.fix}".strip()


class InputProblem(Exception):  # noqa: N818 - a problem of the file, no error of ours
    """The whole file is refused and nothing of it is kept."""

    def __init__(
        self, file: str, problem: str, fix: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        self.detail = RowProblem(file, row, column, problem, fix)
        super().__init__(str(self.detail))
