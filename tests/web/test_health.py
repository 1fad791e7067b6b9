"""A service that cannot answer says so, and is not taken for dead."""

from safelight.errors import DatabaseUnusable
from safelight.matching.live_banks import LiveBanks


def test_a_service_that_can_answer_is_ready(client) -> None:
    assert client.get("/health/ready").json() == {"status": "ready", "troubles": []}
    assert client.get("/health/live").json() == {"status": "live"}


def test_banks_that_are_not_followed_are_a_trouble_but_no_death(client, monkeypatch) -> None:
    def fail(_self: LiveBanks) -> None:
        raise DatabaseUnusable("The banks could not be followed.")

    monkeypatch.setattr(LiveBanks, "holdings", property(fail))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["troubles"]) == (503, ["banks"])
    assert client.get("/health/live").status_code == 200


def test_a_database_that_is_away_is_a_trouble(client, service) -> None:
    place, away = (service.house.settings.workspace / name for name in ("safelight.db", "away"))
    place.rename(away)
    service.house.engine.dispose()  # afterwards: the service's threads may connect at any moment
    assert "database" in client.get("/health/ready").json()["troubles"]
    away.rename(place)
