"""Damage: a document of the CyberTipline that a schema can tell is wrong, in one place.

What the schema of the authority is not known to say is left whole: limits that are our own, narrower reading
(docs/reference/ncmec.md, "What is not certain"), and rules between fields.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from safelight.reporting.form.plain_kinds import LARGEST_LONG, Choice, Day, Degrees, Flag, Moment, Number
from safelight.reporting.form.slot import Attribute, Body, OneOf, Slot, Tags, filled_slots
from safelight.reporting.form.text_kinds import Code, EmailText, Form, IpText, Text

_OWN_LIMITS = frozenset(
    {
        *("name", "chatClient", "chatRoomName", "gameName", "console", "locationName"),
        *("client", "city", "region", "schoolName", "fileName", "platform"),
    }
)
"""Elements whose limit is ours, for want of a better source; `name` and `platform` have another one elsewhere."""

_BAD: tuple[tuple[tuple[type, ...], tuple[str, str]], ...] = (
    ((Number, Degrees), ("is no number", "many")),
    ((Moment, Day), ("is no date", "yesterday")),
    ((Flag,), ("is neither yes nor no", "perhaps")),
    ((Choice, Code), ("is no such word", "no such word")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One value in a document: an element, or its attribute."""

    element: Any
    attribute: str = ""
    slot: Slot
    path: str

    def put(self, text: str) -> None:
        """Write something else there."""
        if self.attribute:
            self.element.set(self.attribute, text)
        else:
            self.element.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A document that is damaged, where, and how."""

    xml: bytes
    path: str
    how: str


def places_of(record: object, element: Any, path: str) -> Iterator[Place]:
    """Give all that a record put into its element, which was written from it, in order."""
    children = iter(element)
    for filled in filled_slots(record, path):
        place, slot = filled.slot.place, filled.slot
        if isinstance(place, Attribute):
            yield Place(element=element, attribute=slot.name, slot=slot, path=filled.path)
        elif isinstance(place, Body):
            yield Place(element=element, slot=slot, path=filled.path)
        else:
            child = next(children)
            yield Place(element=child, slot=slot, path=filled.path)
            if slot.kind is None and not isinstance(place, Tags):
                yield from places_of(filled.value, child, filled.path)


def damages(record: object, xml: bytes) -> list[Callable[[], Damaged]]:
    """Return every damage that can be done to a document, which was written from the record, each to be done once."""
    root = etree.fromstring(xml)
    found: list[Callable[[], Damaged]] = []
    for number, place in enumerate(places_of(record, root, root.tag)):
        for how, act in _acts(place):
            found.append(_doing(record, root, number, how, act))
    return found


_Act = Callable[[Place], None]


def _doing(record: object, root: Any, number: int, how: str, act: _Act) -> Callable[[], Damaged]:
    def do() -> Damaged:
        own = copy.deepcopy(root)
        place = [*places_of(record, own, own.tag)][number]
        act(place)
        return Damaged(xml=bytes(etree.tostring(own, encoding="UTF-8")), path=place.path, how=how)

    return do


def _acts(place: Place) -> Iterator[tuple[str, _Act]]:
    bad = _bad_value(place)
    if bad is not None:
        yield bad[0], lambda at: at.put(bad[1])
    if place.slot.is_required and place.attribute:
        yield "is missing", lambda at: at.element.attrib.pop(at.attribute)
    if place.attribute or isinstance(place.slot.place, Body):
        return
    siblings = [*place.element.getparent()]
    alike = [each for each in siblings if each.tag == place.element.tag]
    if place.slot.is_required and len(alike) == 1:
        yield "is missing", lambda at: at.element.getparent().remove(at.element)
    if not place.slot.is_many:
        yield "comes twice", lambda at: at.element.addnext(copy.deepcopy(at.element))
    after = place.element.getnext()
    if after is not None and after.tag != place.element.tag:
        yield "comes after what follows it", lambda at: at.element.getnext().addnext(at.element)
    yield "has a stranger before it", lambda at: at.element.addprevious(etree.Element("safelightTrial"))
    if place.slot.kind is None and not isinstance(place.slot.place, OneOf):
        yield "has an attribute of nobody", lambda at: at.element.set("safelightTrial", "x")


def _bad_value(place: Place) -> tuple[str, str] | None:
    kind = place.slot.kind
    match kind:
        case Number(most=most) if most < LARGEST_LONG:
            return "is more than there may be", str(most + 1)
        case EmailText() | IpText():
            return None  # whether the schema says what they are is not known
        case Form():
            return ("has not its form", "no such form") if place.attribute else None
        case Text(longest=longest) if longest is not None and _name(place) not in _OWN_LIMITS:
            return "is too long", "x" * (longest + 1)
    return next((bad for kinds, bad in _BAD if isinstance(kind, kinds)), None)


def _name(place: Place) -> str:
    return place.path.rpartition("/")[2].partition("[")[0]
