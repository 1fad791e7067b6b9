"""`safelight case danger | deadline | hash-path`."""

from safelight.database.transaction import write
from safelight.review import steps


def test_danger_and_deadlines_are_set_with_a_reason(run, reviewed, cells) -> None:
    assert run("case", "danger", 1) == 64
    assert run("case", "danger", 1, "--reason", "a meeting is planned") == 0
    assert "comes first now" in cells()[1]
    assert run("case", "deadline", 1, "--by", "2099-01-31T12:00:00+00:00", "--reason", "asked") == 0
    assert "due 2099-01-31 12:00 UTC" in cells()[1]
    assert run("case", "deadline", 1, "--by", "2099-01-31T12:00:00") == 64
    assert run("case", "deadline", 1) == 0
    assert "at no time" in cells()[1]
    run("case", "queue")
    assert cells()[0][0][2] == "100300"


def test_the_hash_confirmed_path_says_why_it_is_off_and_is_switched_on_again(run, reviewed, cells, monkeypatch) -> None:
    run("case", "hash-path")
    assert "the setting hash_confirmed_path is false" in cells()[1]
    monkeypatch.setenv("SAFELIGHT_HASH_CONFIRMED_PATH", "true")
    run("case", "hash-path")
    assert "up to 100 items" in cells()[1]
    with write(reviewed.engine) as tx:
        steps.switch_path_off(tx, reviewed.clock, reviewed.actor, why="The daily cap was reached.")
    run("case", "hash-path")
    assert "The daily cap was reached." in cells()[1]
    assert run("case", "hash-path", "--on") == 64
    assert run("case", "hash-path", "--on", "--reason", "the list is sound") == 0
    assert "It is on" in cells()[1]
