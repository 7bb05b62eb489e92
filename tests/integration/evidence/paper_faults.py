"""What of PDF/UA-1 (ISO 14289-1) our tests can check of a paper by themselves.

The numbers are the checkpoints of the Matterhorn Protocol that each check stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pypdf
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, NameObject

PAINTING = {b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"Do",
            b"INLINE IMAGE"}  # fmt: skip
STANDARD = {
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
    "Private", "H", "H1", "H2", "H3", "H4", "H5", "H6", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD",
    "THead", "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Figure",
    "Formula", "Form",
}  # fmt: skip
MAY_HOLD = {"Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
            "THead": {"TR"}, "TBody": {"TR"}, "TFoot": {"TR"},
            "TR": {"TH", "TD"}, "L": {"LI", "L", "Caption"}, "LI": {"Lbl", "LBody"}}  # fmt: skip


@dataclass
class Node:
    """One element of the structure tree: its kind, its dictionary, its children and the content it stands for."""

    kind: str
    entry: DictionaryObject
    children: list[Node] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)  # object number of the page, MCID
    holds_object: bool = False

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


FEET = 2
"""Name of the pack and number of the page, at the foot of each: WeasyPrint tags them outside of the tree."""


def faults_of(content: bytes) -> list[str]:
    """Everything that is wrong, in words; empty for a paper that passes."""
    paper = pypdf.PdfReader(BytesIO(content))
    root = paper.trailer["/Root"]
    if "/StructTreeRoot" not in root:
        return ["01: no structure tree, so nothing is tagged"]
    tree = Node("Root", root["/StructTreeRoot"])
    _fill(tree, None)
    nodes = [node for node in tree.walk() if node is not tree]
    return [
        *_document_faults(paper, root),
        *_nesting_faults(tree),
        *_heading_faults(nodes),
        *_element_faults(nodes),
        *_content_faults(paper, nodes),
        *_link_faults(paper, nodes),
        *_font_faults(paper),
    ]


def _fill(node: Node, page: int | None) -> None:
    own = node.entry.raw_get("/Pg") if "/Pg" in node.entry else None
    page = own.idnum if isinstance(own, IndirectObject) else page
    below = node.entry.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        entry = child.get_object()
        if isinstance(entry, int):
            node.marks.append((page or 0, entry))
        elif entry.get("/Type") == "/MCR":
            where = entry.raw_get("/Pg").idnum if "/Pg" in entry else page
            node.marks.append((where or 0, entry["/MCID"]))
        elif entry.get("/Type") == "/OBJR":
            node.holds_object = True
        else:
            made = Node(str(entry["/S"]).lstrip("/"), entry)
            node.children.append(made)
            _fill(made, page)


def _document_faults(paper: pypdf.PdfReader, root: Any) -> Iterator[str]:
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "06: it does not say that it is tagged"
    if root.get("/MarkInfo", {}).get("/Suspects"):
        yield "02: its tags are said to be suspect"
    if not root.get("/Lang"):
        yield "11: no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "07: the window shows the name of the file, not the title"
    words = root["/Metadata"].get_data().decode() if "/Metadata" in root else ""
    if "pdfuaid:part" not in words:
        yield "05: it does not say that it is PDF/UA"
    if "dc:title" not in words or not (paper.metadata and paper.metadata.title):
        yield "06: no title"
    for number, page in enumerate(paper.pages, 1):
        if "/Annots" in page and page.get("/Tabs") != "/S":
            yield f"28: the tab key does not follow the structure on page {number}"


def _nesting_faults(tree: Node) -> Iterator[str]:
    roles = tree.entry.get("/RoleMap", {})
    for node in tree.walk():
        if node is not tree and node.kind not in STANDARD and f"/{node.kind}" not in roles:
            yield f"02: nobody knows what a {node.kind} is"
        may_hold = MAY_HOLD.get(node.kind)
        for child in node.children if may_hold else ():
            if child.kind not in (may_hold or ()):
                yield f"09: a {child.kind} stands in a {node.kind}"


def _heading_faults(nodes: list[Node]) -> Iterator[str]:
    last = 0
    for node in nodes:
        if len(node.kind) == 2 and node.kind[0] == "H" and node.kind[1].isdigit():
            level = int(node.kind[1])
            if level > last + 1:
                yield f"14: a heading of level {level} after one of level {last}"
            last = level
    if not last:
        yield "14: no heading"


def _element_faults(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind == "Figure" and not str(node.entry.get("/Alt", "")).strip():
            yield "13: a picture without words"
        if node.kind == "Table":
            yield from _table_faults(list(node.walk()))


def _table_faults(nodes: list[Node]) -> Iterator[str]:
    """Each cell names its headings by their ids, or each heading says whether it is of a row or of a column."""
    headings = [node for node in nodes if node.kind == "TH"]
    if not headings:
        yield "15: a table without headings"
    ids = {str(node.entry["/ID"]) for node in headings if "/ID" in node.entry}
    named = [_attribute(node, "/Headers") for node in nodes if node.kind == "TD"]
    by_ids = all(names and {str(name) for name in names} <= ids for names in named)
    if not by_ids and not all(_attribute(node, "/Scope") for node in headings):
        yield "15: a table whose cells do not know their headings"
    widths = {
        sum(int(_attribute(cell, "/ColSpan") or 1) for cell in row.children) for row in nodes if row.kind == "TR"
    }
    if len(widths) > 1:
        yield f"15: a table with rows of {sorted(widths)} cells"


def _attribute(node: Node, name: str) -> Any:
    found = node.entry.get("/A", {})
    entries = found if isinstance(found, list) else [found]
    return next((entry.get_object()[name] for entry in entries if name in entry.get_object()), None)


def _content_faults(paper: pypdf.PdfReader, nodes: list[Node]) -> Iterator[str]:
    """All that is painted is in an element or said to be decoration, and every element finds its content."""
    tagged = {mark for node in nodes for mark in node.marks}
    for number, page in enumerate(paper.pages, 1):
        reference = page.indirect_reference
        assert reference is not None
        painted, loose = _marks_of(page, paper)
        if loose:
            yield f"01: {loose} things on page {number} are neither tagged nor decoration"
        own = {mark for where, mark in tagged if where == reference.idnum}
        if len(painted - own) > FEET:
            yield f"01: content of page {number} that no element stands for: {sorted(painted - own)[:5]}"
        if own - painted:
            yield f"01: elements of page {number} without content: {sorted(own - painted)[:5]}"


def _marks_of(page: pypdf.PageObject, paper: pypdf.PdfReader) -> tuple[set[int], int]:
    """The MCIDs that a page uses, and how many things are painted outside of all marks."""
    stack: list[bool] = []
    used: set[int] = set()
    loose = 0
    content = page.get_contents()
    properties = page.get("/Resources", {}).get("/Properties", {})
    for operands, operator in ContentStream(content, paper).operations if content is not None else ():
        if operator in (b"BMC", b"BDC"):
            more = operands[1] if len(operands) > 1 else {}
            more = properties[more] if isinstance(more, NameObject) else more
            if "/MCID" in more:
                used.add(int(more["/MCID"]))
            stack.append(operands[0] == "/Artifact" or "/MCID" in more)
        elif operator == b"EMC":
            stack.pop()
        elif operator in PAINTING and not any(stack):
            loose += 1
    return used, loose


def _link_faults(paper: pypdf.PdfReader, nodes: list[Node]) -> Iterator[str]:
    annotations = [note.get_object() for page in paper.pages for note in page.get("/Annots", [])]
    links = [note for note in annotations if note.get("/Subtype") == "/Link"]
    for note in links:
        if not str(note.get("/Contents", "")).strip():
            yield f"28: a link without words: {note.get('/A', {}).get('/URI', note.get('/Dest'))}"
        if "/StructParent" not in note:
            yield "28: a link that no element stands for"
    held = sum(node.holds_object for node in nodes if node.kind == "Link")
    if held < len(links):
        yield f"28: {len(links)} links, but {held} elements for them"


def _font_faults(paper: pypdf.PdfReader) -> Iterator[str]:
    for font in {id(font): font for page in paper.pages for font in _fonts(page.get("/Resources", {}))}.values():
        name = font.get("/BaseFont")
        parts = [part.get_object() for part in font.get("/DescendantFonts", [font])]
        described = [part.get("/FontDescriptor", {}) for part in parts]
        if not all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one) for one in described):
            yield f"31: the font {name} is not in the file"
        if "/ToUnicode" not in font:
            yield f"31: letters of {name} cannot be read out"


def _fonts(resources: Any) -> Iterator[DictionaryObject]:
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for drawn in resources.get("/XObject", {}).values():
        if drawn.get_object().get("/Subtype") == "/Form":
            yield from _fonts(drawn.get_object().get("/Resources", {}))
