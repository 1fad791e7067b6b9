"""What matches later goes into a case, without its bytes, is told of once, and is kept no longer."""

from dataclasses import replace

from safelight.flow.banks import edits
from safelight.jobs.boundary import JobBoundary
from safelight.matching.match import MatchKind
from safelight.recent.mark import Stage


def test_an_entry_that_comes_later_matches_exactly_and_in_a_case_of_the_account(town, picture, value, told_events):
    town.keep(picture(1, key_id=12), picture(2))
    town.add("alpha", value(1, "md5"), kind="md5")
    town.work()
    (case,), (item,) = town.cases(), town.items()
    assert (case.about.subject_id, case.exact_count) == ("account 1", 1)
    assert (item.evidence_id, item.content_id, item.kind) == (None, "post 1", MatchKind.EXACT)
    assert [(match.bank_name, match.entry_id) for match in item.matches] == [("alpha", town.entry("alpha"))]
    assert town.kept() == [picture(2)]
    assert town.verbs(f"case:{case.id}") == ["open_case", "add_case_item", "match_seen"]
    assert told_events() == [
        ("case_opened", {"case_id": case.id, "verdict": "exact"}),
        ("retroactive_match", {"case_id": case.id, "item_id": item.id, "key_id": 12, "verdict": "exact"}),
    ]
    assert (town.totals().exact_matches, town.totals().near_matches) == (1, 0)


def test_media_of_nobody_known_is_in_the_case_that_its_bytes_would_open(town, picture, value) -> None:
    seen = picture(1, subject_id="")
    town.keep(seen, replace(seen, content_id="another post"))
    town.add("alpha", value(1, "sha256"), kind="sha256")
    town.work()
    (case,) = town.cases()
    assert case.about == town.secrets.about("", seen.media_digest)
    assert [item.content_id for item in town.items()] == ["post 1", "another post"]


def test_content_that_is_in_the_case_already_is_not_added_again(town, picture, value) -> None:
    town.keep(picture(1), picture(1))
    town.add("alpha", value(1, "md5"), kind="md5")
    town.work()
    assert len(town.items()) == 1
    assert town.kept() == []


def test_what_is_withdrawn_in_the_midst_of_a_round_opens_no_case(town, picture, value) -> None:
    town.keep(picture(1), picture(2))
    town.add("alpha", value(1, "md5"), value(2, "md5"), kind="md5")
    stepped = 0

    def withdraw(boundary: JobBoundary) -> None:
        nonlocal stepped
        stepped += boundary is JobBoundary.STEPPED
        if town.mark().stage is Stage.OPENING and stepped:
            town.reach, stepped = None, 0
            edits.remove_entry(*town.who, entry_id=town.entry("alpha"))

    town.reach = lambda boundary: withdraw(boundary) if town.reach else None
    town.work()
    assert [seen.content_id for seen in town.kept()] == ["post 1"]
    assert [item.content_id for item in town.items()] == ["post 2"]


def test_content_that_is_sent_again_joins_the_case_with_its_bytes(town, picture, value, desk, actor) -> None:
    """The case of media of nobody known is found by its bytes: by the vault's secret, whoever asks."""
    seen = picture(1, subject_id="", content=b"listed, and benign")
    desk.place = replace(desk.place, keys=town.keys)
    town.keep(seen)
    town.add("alpha", value(1, "md5"), kind="md5")
    town.work()
    (case,) = town.cases()
    answer = desk.take_in(actor, b"listed, and benign", subject="")
    assert (answer.case_id, answer.is_new_case) == (case.id, False)
    assert [item.evidence_id for item in town.items()] == [None, answer.evidence_id]
