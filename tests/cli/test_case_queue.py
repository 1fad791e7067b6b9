"""`safelight case queue | claim | release`: what waits, why it stands there, and taking it."""


def test_the_queue_tells_its_points_and_a_case_is_taken_and_given_back(run, reviewed, cells) -> None:
    assert run("case", "queue") == 0
    ((case, seat, points, parts),), text = cells()
    assert (case, seat, points, parts) == ("1", "first", "300", "exactness 300")
    assert "In all: 1 for first" in text
    assert run("case", "queue", "--explain", 1) == 0
    rows, _ = cells()
    assert [row[0] for row in rows] == [
        "imminent_danger",
        "exactness",
        "corroboration",
        "repeated_conduct",
        "deadline",
        "age",
        "sum",
    ]
    assert run("case", "claim") == 0
    assert "Case 1 is yours until" in cells()[1]
    run("case", "show", 1)
    assert "claimed until" in cells()[1]
    assert run("case", "claim", 1) == 0
    assert run("case", "claim") == 0
    assert "Nothing waits" in cells()[1]
    assert run("case", "release", 1) == 0
    assert run("case", "release", 1) == 64
    assert run("case", "claim", 99) == 66


def test_what_somebody_does_not_wish_to_see_is_left_out(run, reviewed, cells) -> None:
    assert run("case", "claim", "--without", "infant", "--without", "ncmec:a1") == 0
    assert "Case 1 is yours" in cells()[1]
    assert run("case", "queue", "--without", "%") == 64
