"""A visit is answered in the reader's language, with a part of the page where HTMX asks for one."""

from safelight.web.console.look import Look, Theme


def test_the_language_is_the_one_chosen_or_else_the_browsers(browser) -> None:
    assert '<html lang="es"' in browser.get("/sign-in", headers={"accept-language": "es-MX"}).text
    browser.cookies.set("__Host-safelight-look", Look(language="es", theme=Theme.LOW, has_keys=False).written())
    page = browser.get("/sign-in", headers={"accept-language": "en"}).text
    assert '<html lang="es" data-theme="low">' in page


def test_htmx_is_answered_with_the_part_that_it_names(admins) -> None:
    asks = {"hx-request": "true", "hx-target": "section#figures"}
    part = admins.get("/health", headers=asks).text
    assert part.lstrip().startswith('<section id="figures"')
    assert "<html" not in part
    assert "<html" in admins.get("/health", headers={**asks, "hx-target": "div#elsewhere"}).text
    assert "<html" in admins.get("/health").text


def test_htmx_is_told_to_go_elsewhere_wholly(browser) -> None:
    answer = browser.get("/health", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/sign-in?next=%2Fhealth")


def test_what_was_done_is_told_on_the_next_page_and_not_on_the_one_after(admins) -> None:
    admins.submit("/look", theme="light", keys="on", next="/keys")
    assert "Kept in this browser." in admins.get("/keys").text
    assert "Kept in this browser." not in admins.get("/keys").text


def test_a_fault_stands_beside_its_field_in_the_readers_language(browser) -> None:
    browser.get("/sign-in")
    browser.headers["accept-language"] = "es"
    answer = browser.submit("/sign-in", name="nobody", password="x")
    assert answer.status_code == 401
    assert 'id="password-fault"' in answer.text
    assert 'aria-describedby="password-fault"' in answer.text
    assert "Lo que mostró no deja entrar" in answer.text
    assert '<span lang="en">The name or the password is not right' in answer.text
