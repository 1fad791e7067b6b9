from safelight.database.transaction import read, write
from safelight.flow.review.categories import categories_of
from safelight.review import steps
from safelight.review.case import About
from safelight.review.flag import CameFrom, Category
from safelight.review.sealed_text import TextPurpose, seal_text


def test_categories_are_the_labels_of_what_matched(source, evidence_id, listed_as) -> None:
    with read(source.engine) as tx:
        assert categories_of(tx, evidence_id) == frozenset()
    listed_as(evidence_id, label="A1", scheme="NCMEC")
    with read(source.engine) as tx:
        assert categories_of(tx, evidence_id) == {"a1", "ncmec:a1"}


def test_what_a_complaint_calls_it_is_a_category_too(source, actor, evidence_id) -> None:
    with write(source.engine) as tx:
        case_id = steps.open_or_join(tx, source.clock, actor, About(subject_id="a")).case_id
        item = steps.flag_item(category=Category.INFANT, content_id="", evidence_id=evidence_id)
        text = seal_text(source.keys, TextPurpose.FLAG, "look")
        kind = {"came_from": CameFrom.USER, "category": Category.INFANT}
        steps.add_flag(tx, source.clock, actor, case_id, new=item, text=text, **kind)
        assert categories_of(tx, evidence_id) == {"infant"}
