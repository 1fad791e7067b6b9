"""Each way of spoiling a valid document is found and named, and an XML Schema processor is of the same opinion."""

import copy
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from random import Random
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element

from safelight.testing.authority.model.breach import Breach
from safelight.testing.authority.model.documents import FILE_DETAILS, REPORT
from safelight.testing.authority.model.schema import schema_text
from safelight.testing.authority.model.shape import Field, Kind, OneOf, Shape
from safelight.testing.authority.model.specimen import specimen, specimens
from safelight.testing.authority.model.validating import find_breach
from safelight.testing.authority.model.walking import fields_of

_DOCUMENTS = [REPORT, FILE_DETAILS]
_BOTH = pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda each: each.name)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(schema_text()))


def _judge(root: Element, document: Field) -> Breach | None:
    """Return the breach that we find, once the schema processor has said whether there is one."""
    found = find_breach(root, document)
    assert bool(_schema().validate(root)) is (found is None), (found, _schema().error_log)
    return found


def _names(breach: Breach | None, *names: str) -> bool:
    assert breach is not None, f"no breach is found of {names}"
    told = breach.path.replace("@", "").split("/") + breach.says.replace(",", "").split()
    return any(name in told for name in names)


Place = tuple[Element, Field, Shape]


def _places(element: Element, document: Field) -> Iterator[tuple[list[int], Field, Shape]]:
    """Yield where each element is, as indices from the root, with its field and the shape around it."""

    def walk(inner: Element, holds: Kind | Shape, where: list[int]) -> Iterator[tuple[list[int], Field, Shape]]:
        if isinstance(holds, Shape):
            fields = fields_of(holds)
            for index, child in enumerate(inner):
                field = fields[child.tag]
                yield [*where, index], field, holds
                yield from walk(child, field.holds, [*where, index])

    return walk(element, document.holds, [])


def _get(root: Element, where: list[int]) -> Element:
    for index in where:
        root = root[index]
    return root


def _spoiled(document: Field) -> Iterator[tuple[Element, Element, Field, Shape]]:
    """Yield a copy of a specimen for each of its elements, with that element; all branches of choices come by."""
    seen: set[tuple[str, str]] = set()
    for root in specimens(document):
        for where, field, around in _places(root, document):
            if (around.name, field.name) not in seen:
                seen.add((around.name, field.name))
                spoiled = copy.deepcopy(root)
                yield spoiled, _get(spoiled, where), field, around


Spoiled = Callable[[Field], Iterator[tuple[Element, Element, Field, Shape]]]


@pytest.fixture(params=[4, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
def spoiled(request: pytest.FixtureRequest) -> Spoiled:
    """Give what spoils every fourth element, beginning elsewhere in each test; in the long run, every element.

    For each, a whole document is judged twice.
    """
    first = crc32(request.function.__name__.encode()) % request.param
    return lambda document: islice(_spoiled(document), first, None, request.param)


def _is_a_branch(field: Field, around: Shape) -> bool:
    return any(isinstance(part, OneOf) and part.least and field in part.fields for part in around.parts)


@_BOTH
def test_an_element_that_is_missing_is_named_if_it_is_required(document: Field, spoiled: Spoiled) -> None:
    for root, element, field, around in spoiled(document):
        parent = element.getparent()
        assert parent is not None
        for each in parent.findall(field.name):
            parent.remove(each)
        breach = _judge(root, document)
        if field.least and (_is_a_branch(field, around) or not _in_a_choice(field, around)):
            assert _names(breach, field.name)
        else:
            assert breach is None


def _in_a_choice(field: Field, around: Shape) -> bool:
    return any(isinstance(part, OneOf) and field in part.fields for part in around.parts)


@_BOTH
def test_an_element_that_comes_twice_is_named_unless_it_may(document: Field, spoiled: Spoiled) -> None:
    for root, element, field, _ in spoiled(document):
        element.addnext(copy.deepcopy(element))
        breach = _judge(root, document)
        assert (breach is None) if field.most is None else _names(breach, field.name)


@_BOTH
def test_an_element_before_the_one_that_it_follows_is_named_unless_any_order_will_do(
    document: Field, spoiled: Spoiled
) -> None:
    for root, element, field, around in spoiled(document):
        before = element.getprevious()
        while before is not None and before.tag == field.name:
            before = before.getprevious()
        if before is None:
            continue
        before.addprevious(element)
        breach = _judge(root, document)
        assert (breach is None) if around.is_unordered else _names(breach, field.name, before.tag)


@_BOTH
def test_an_element_that_nobody_knows_is_named_wherever_it_stands(document: Field, spoiled: Spoiled) -> None:
    for root, element, _, _ in spoiled(document):
        element.addnext(etree.Element("unheardOf"))
        assert _names(_judge(root, document), "unheardOf")
    for root, element, _, _ in spoiled(document):
        element.append(etree.Element("unheardOf"))
        assert _names(_judge(root, document), "unheardOf")


@_BOTH
def test_an_element_of_another_namespace_is_none_of_ours(document: Field, spoiled: Spoiled) -> None:
    for root, element, field, _ in spoiled(document):
        element.tag = f"{{urn:other}}{field.name}"
        assert _names(_judge(root, document), field.name)


@_BOTH
def test_text_between_elements_is_refused(document: Field, spoiled: Spoiled) -> None:
    for root, element, _, around in spoiled(document):
        element.tail = "stray"
        assert _names(_judge(root, document), around.name, element.getparent().tag)


@_BOTH
def test_values_of_the_wrong_kind_are_named(document: Field, spoiled: Spoiled) -> None:
    for root, element, field, _ in spoiled(document):
        kind = field.holds.text if isinstance(field.holds, Shape) else field.holds
        for wrong in _wrong(kind) if kind else ["stray"]:
            element.text = wrong
            assert _names(_judge(root, document), field.name), wrong


@_BOTH
def test_texts_of_the_greatest_length_pass(document: Field, spoiled: Spoiled) -> None:
    for root, element, field, _ in spoiled(document):
        kind = field.holds.text if isinstance(field.holds, Shape) else field.holds
        if kind and kind.longest:
            element.text = _of_length(kind, kind.longest)
            assert _judge(root, document) is None


def _wrong(kind: Kind) -> list[str]:
    wrong = [] if kind.longest is None else [_of_length(kind, kind.longest + 1)]
    if kind.least is not None and kind.most is not None:
        wrong += [str(kind.least - 1), str(kind.most + 1), "1.5", "", "12a"]
    if kind.values:
        wrong += ["nonsense", f" {kind.sample}x", kind.sample.swapcase()]
    return wrong + {
        "boolean": ["yes", "TRUE"],
        "double": ["", "1,5", "one"],
        "dateTime": ["2026-01-02T03:04:05", "2026-02-30T03:04:05Z", "2026-01-02", "2026-01-02T03:04:05+15:00", ""],
        "date": ["2026-02-30", "03/02/2001", ""],
    }.get(kind.base, [])


def _of_length(kind: Kind, length: int) -> str:
    return kind.sample + "x" * (length - len(kind.sample))


@_BOTH
def test_attributes_that_are_unknown_wrong_or_missing_are_named(document: Field, spoiled: Spoiled) -> None:
    for root, element, field, _ in spoiled(document):
        element.set("unheardOf", "x")
        assert _names(_judge(root, document), "unheardOf")
        del element.attrib["unheardOf"]
        for each in field.holds.attributes if isinstance(field.holds, Shape) else ():
            for wrong in _wrong(each.kind):
                element.set(each.name, wrong)
                assert _names(_judge(root, document), each.name), wrong
            del element.attrib[each.name]
            breach = _judge(root, document)
            assert _names(breach, each.name) if each.is_required else breach is None
            element.set(each.name, each.kind.sample)


def test_annotations_may_be_empty_or_true_but_not_false() -> None:
    root = specimen(FILE_DETAILS, branch=1)
    (viral,) = root.iter("viral")
    for text, passes in [(None, True), ("true", True), ("1", True), ("false", False), ("0", False)]:
        viral.text = text
        assert (_judge(root, FILE_DETAILS) is None) is passes


def test_an_escalation_is_not_blank() -> None:
    root = specimen(REPORT)
    (escalation,) = root.iter("escalateToHighPriority")
    escalation.text = " \n "
    assert _names(_judge(root, REPORT), "escalateToHighPriority")


def test_addresses_of_the_internet_are_addresses() -> None:
    """The schema sees only their letters: that they are addresses is seen by us alone."""
    root = specimen(REPORT)
    address = next(root.iter("ipAddress"))
    for text, passes in [("2001:db8::7", True), ("::ffff:192.0.2.7", True), ("999.0.2.7", False), ("dead", False)]:
        address.text = text
        assert (find_breach(root, REPORT) is None) is passes


def test_mail_has_no_more_than_64_characters_before_the_at() -> None:
    root = specimen(REPORT)
    mail = next(root.iter("email"))
    for length, passes in [(64, True), (65, False)]:
        mail.text = "x" * length + "@example.org"
        assert (_judge(root, REPORT) is None) is passes


def test_a_url_holds_no_white_space_and_no_control_character() -> None:
    root = specimen(REPORT)
    url = next(root.iter("url"))
    for text in ("https://example.org/a b", "https://example.org/a\n", "https://example.org/\x85"):
        url.text = text
        assert _names(_judge(root, REPORT), "url")


def test_another_document_is_named() -> None:
    assert _names(_judge(etree.Element("reports"), REPORT), "reports")
    assert find_breach(specimen(FILE_DETAILS), REPORT) is not None


def test_the_root_may_say_where_its_schema_is() -> None:
    root = specimen(REPORT)
    root.set("{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation", "https://example.org/xsd")
    assert _judge(root, REPORT) is None


def test_a_refusal_tells_no_value() -> None:
    root = specimen(REPORT)
    next(root.iter("age")).text = "secret"
    breach = find_breach(root, REPORT)
    assert breach is not None
    assert "secret" not in breach.path + breach.says


def test_the_name_of_an_element_is_told_in_part_if_it_never_ends() -> None:
    root = specimen(REPORT)
    root.append(etree.Element("x" * 10_000))
    root.set("y" * 10_000, "")
    breach = find_breach(root, REPORT)
    assert breach is not None
    assert len(breach.path + breach.says) < 400


_ACTS = ("delete", "double", "move", "rename", "empty", "swap texts")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_DOCUMENTS),
    st.integers(0, 7),
    st.lists(st.tuples(st.sampled_from(_ACTS), st.randoms()), max_size=4),
)
def test_however_a_document_is_shuffled_both_judges_are_of_one_opinion(
    document: Field, branch: int, acts: list[tuple[str, Random]]
) -> None:
    root = specimen(document, branch)
    for act, random in acts:
        inner = [each for each in root.iter() if each is not root]
        if len(inner) > 1:
            _shuffle(act, *random.sample(inner, 2))
    _judge(root, document)


def _shuffle(act: str, one: Element, other: Element) -> None:
    match act:
        case "delete":
            one.getparent().remove(one)
        case "double":
            one.addnext(copy.deepcopy(one))
        case "move" if one not in other.iterancestors():
            other.addnext(one)
        case "rename":
            one.tag = other.tag
        case "empty":
            one.text = None
            one[:] = []
        case "swap texts":
            one.text, other.text = other.text, one.text
        case _:
            pass
