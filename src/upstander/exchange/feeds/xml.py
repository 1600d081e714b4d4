"""The only door by which XML of strangers is read: bounded in bytes, depth, elements and attributes; no document type, no entity.

defusedxml refuses the declarations themselves, so nothing is ever expanded or fetched (XXE, "billion laughs").
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from upstander.exchange.refusals import Refusal

LARGEST = 2 * 1024 * 1024  # bytes
DEEPEST, MOST_ELEMENTS, MOST_ATTRIBUTES = 64, 50_000, 64


class _Bounded(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._depth = self._had = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._had += 1
        if self._depth > DEEPEST:
            raise Refusal("too-deep")
        if self._had > MOST_ELEMENTS or len(attrs) > MOST_ATTRIBUTES:
            raise Refusal("too-many")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parsed(data: bytes) -> Element:
    """The root of a document; raises Refusal for everything that is none, or not an honest one."""
    if not data.strip():
        raise Refusal("empty")
    if len(data) > LARGEST:
        raise Refusal("too-large")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException:
        raise Refusal("entities") from None
    except ParseError as error:
        raise Refusal("not-xml", f"line {error.position[0]}") from None
    except (LookupError, ValueError):  # an encoding that nobody knows, or that expat cannot read
        raise Refusal("encoding") from None
    if not isinstance(root, Element):
        raise Refusal("not-xml")
    return root


def named(element: Element) -> tuple[str, str]:
    """An element's namespace and its name within it."""
    space, _, name = str(element.tag).rpartition("}")
    return space.removeprefix("{"), name


def all_of(parent: Element, space: str, name: str) -> Iterator[Element]:
    """The children of this name."""
    return iter(parent.findall(f"{{{space}}}{name}" if space else name))


def child(parent: Element, space: str, name: str) -> Element | None:
    """The first child of this name."""
    return parent.find(f"{{{space}}}{name}" if space else name)


def raw(parent: Element, space: str, name: str) -> str:
    """The text of the first child of this name, as it stands; empty where there is none."""
    found = child(parent, space, name)
    return "" if found is None else (found.text or "").strip()
