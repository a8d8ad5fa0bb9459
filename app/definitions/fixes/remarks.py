"""XML comments: what somebody wrote between the elements stands there still when the file is mended.

The reader leaves comments out, so that nothing stumbles over them; they are put back when all is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from app.definitions.reader.xml import XmlElement


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment: its text, and the element that it stands before, or else at the end of."""

    text: str
    before: XmlElement | None
    within: XmlElement


def remarks(body: bytes, root: XmlElement) -> list[Remark]:
    """Find the comments of a file.

    Args:
        body: a file that the safe reader has taken.
        root: what it read.
    """
    if b"<!--" not in body:
        return []
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    copy = etree.fromstring(body, parser)
    same = dict(zip(copy.iter("*"), root.iter("*"), strict=True))
    heads = [Remark(one.text, _first(root), root) for one in copy.itersiblings(preceding=True)]
    inside = [
        Remark(
            comment.text,
            next((same[one] for one in comment.itersiblings("*")), None),
            same[comment.getparent()],
        )
        for comment in copy.iter(etree.Comment)
    ]
    return [
        *reversed(heads),
        *inside,
        *(Remark(one.text, None, root) for one in copy.itersiblings()),
    ]


def put_back(root: XmlElement, found: list[Remark]) -> None:
    """Write comments before what they stood before; where that is gone, at the end of what they lay in, or of all."""
    there = set(root.iter("*"))
    for remark in found:
        comment = etree.Comment(remark.text)
        before = remark.before
        if before is not None and before in there:
            before.addprevious(comment)
        else:
            (remark.within if remark.within in there else root).append(comment)


def _first(root: XmlElement) -> XmlElement | None:
    return next(iter(root), None)
