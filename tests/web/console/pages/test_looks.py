"""How the console looks is chosen by whoever looks at it."""


def test_a_look_is_kept_and_leads_back(browser) -> None:
    browser.get("/look")
    answer = browser.submit("/look", theme="low", language="es", next="/keys")
    assert answer.headers["location"] == "/keys"
    page = browser.get("/keys").text
    assert '<html lang="es" data-theme="low">' in page
    assert 'value="low" checked' in browser.get("/look").text


def test_what_is_no_look_is_the_usual_one(browser) -> None:
    browser.get("/look")
    browser.submit("/look", theme="neon", language="xx", keys="on")
    assert '<html lang="en" data-theme="system" data-keys>' in browser.get("/keys").text


def test_the_map_of_keys_shows_what_is_open(browser, app, enrol) -> None:
    assert "<kbd>j</kbd>" not in browser.get("/keys").text
    browser.enter(enrol("keys@example.org", "reviewer"))
    page = browser.get("/keys").text
    assert "<kbd>h</kbd>" in page
    assert "<kbd>j</kbd>" not in page
    assert "While reviewing" in page
    assert "<kbd>1</kbd></dt><dd>confirmed" in page
    browser.enter(enrol("keys-auditor@example.org", "auditor"))
    assert "While reviewing" not in browser.get("/keys").text
