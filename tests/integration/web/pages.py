"""Reading a page as a visitor's tools do: by its tags, never by a regular expression."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "circle", "path"}


@dataclass
class Tag:
    name: str
    attributes: dict[str, str]
    position: int
    text: str = ""
    inside: tuple[str, ...] = ()


@dataclass
class Page(HTMLParser):
    """Every tag of a page in order, each with the text in it."""

    html: str
    tags: list[Tag] = field(default_factory=list)
    open_tags: list[Tag] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(
            tag, {name: value or "" for name, value in attrs}, len(self.tags),
            inside=tuple(parent.attributes.get("id", "") for parent in self.open_tags),
        )  # fmt: skip
        self.tags.append(found)
        if tag not in VOID:
            self.open_tags.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open_tags and self.open_tags[-1].name == tag:
            self.open_tags.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open_tags and self.open_tags.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        for parent in self.open_tags:
            parent.text += data

    def all(self, name: str = "", **attributes: str) -> list[Tag]:
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            tag
            for tag in self.tags
            if (not name or tag.name == name)
            and all(value in tag.attributes.get(key, "").split(" ") for key, value in wanted.items())
        ]

    def one(self, name: str = "", **attributes: str) -> Tag:
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} of {name} {attributes}"
        return found[0]

    def rows(self) -> list[list[str]]:
        """The body rows of the gap table: the words of each cell."""
        rows: list[list[str]] = []
        for tag in self.tags:
            if tag.name == "tr" and "data-area" in tag.attributes:
                rows.append([tag.attributes["data-area"]])
            elif tag.attributes.get("role") in ("cell", "rowheader") and rows:
                rows[-1].append(" ".join(tag.text.split()))
        return rows
