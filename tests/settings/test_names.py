"""Several names are given as a list, or as a text."""

from pathlib import Path

from safelight.settings import load_settings


def test_several_names_are_a_list_in_the_file_and_a_text_with_commas_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "safelight.toml").write_text('fetch_hosts = ["media.example.com"]\nfetch_types = []\n')
    assert load_settings(tmp_path, {}).fetch_hosts == ("media.example.com",)
    assert load_settings(tmp_path, {}).fetch_types == ()
    given = {"SAFELIGHT_FETCH_HOSTS": "a.example.com, *.b.example.com"}
    assert load_settings(tmp_path, given).fetch_hosts == ("a.example.com", "*.b.example.com")
