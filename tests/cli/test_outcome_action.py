"""`safelight outcome action add | list`: what the platform did."""


def test_an_action_is_written_down_once_and_listed(run, reviewed, cells) -> None:
    told = ("--kind", "suspended", "--subject", "account 7", "--at", "2026-01-02T10:00")
    assert run("outcome", "action", "add", *told) == 0
    assert run("outcome", "action", "add", *told, "--user-told", "yes") == 0
    assert cells()[1].splitlines() == ["Action 1.", "Action 1, which was there already."]
    assert run("outcome", "action", "add", "--kind", "removed") == 64
    cells()
    assert run("outcome", "action", "list", "--case", 1) == 0
    assert cells()[0] == [["1", "suspended", "2026-01-02 10:00", "account 7", "", "yes", "1"]]
