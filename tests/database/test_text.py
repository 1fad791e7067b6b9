from safelight.database.text import storable_text


def test_text_that_can_be_stored_is_left_alone() -> None:
    assert storable_text("Liste Ä 日本 🗎.csv") == "Liste Ä 日本 🗎.csv"


def test_what_no_database_takes_becomes_a_question_mark() -> None:
    assert storable_text("a\udcffb\0c\ud800") == "a?b?c?"
