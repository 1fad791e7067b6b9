"""Each purpose takes a permission of its own."""

from safelight.vault.purpose import Purpose, needed_permission


def test_every_purpose_takes_the_permission_of_its_name() -> None:
    assert {purpose: needed_permission(purpose).value for purpose in Purpose} == {
        purpose: f"evidence:{purpose.value}" for purpose in Purpose
    }
