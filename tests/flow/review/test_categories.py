from safelight.database.transaction import read
from safelight.flow.review.categories import categories_of


def test_categories_are_the_labels_of_what_matched(source, evidence_id, listed_as) -> None:
    with read(source.engine) as tx:
        assert categories_of(tx, evidence_id) == frozenset()
    listed_as(evidence_id, label="A1", scheme="NCMEC")
    with read(source.engine) as tx:
        assert categories_of(tx, evidence_id) == {"a1", "ncmec:a1"}
