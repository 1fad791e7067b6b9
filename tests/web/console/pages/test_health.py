"""Health is told in words, and what is unwell is marked."""


def test_figures_are_told_and_what_is_unwell_is_marked(admins) -> None:
    page = admins.get("/health").text
    assert "Jobs that are dead" in page
    assert page.count("look into this") == 2
    assert "<code>database_unusable</code>" in page
