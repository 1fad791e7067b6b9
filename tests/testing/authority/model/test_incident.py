"""The details of where it happened have eight forms, each of its own."""

import pytest
from lxml import etree

from safelight.testing.authority.model.incident import DETAILS, INCIDENT_TYPE
from safelight.testing.authority.model.shape import one
from safelight.testing.authority.model.validating import find_breach

_FORMS = [
    "<webPageIncident thirdPartyHostedContent='true'><url>https://example.org/</url></webPageIncident>",
    "<emailIncident><emailAddress>a@example.org</emailAddress><content>Text</content></emailIncident>",
    "<newsgroupIncident><name>a.b</name><emailAddress>a@example.org</emailAddress></newsgroupIncident>",
    "<chatImIncident><chatClient>Chat</chatClient><chatRoomName>Room</chatRoomName></chatImIncident>",
    "<onlineGamingIncident><gameName>Game</gameName><console>None</console></onlineGamingIncident>",
    "<cellPhoneIncident><phoneNumber>1</phoneNumber><latitude>51.5</latitude></cellPhoneIncident>",
    "<nonInternetIncident><incidentAddress type='Home'><city>Leeds</city></incidentAddress></nonInternetIncident>",
    "<peer2peerIncident><client>P</client><fileNames>a.png</fileNames></peer2peerIncident>",
]


@pytest.mark.parametrize("form", _FORMS)
def test_each_form_is_taken_alone_and_may_be_empty(form: str) -> None:
    document = one("internetDetails", DETAILS)
    name = form[1:].partition(">")[0].partition(" ")[0]
    assert find_breach(etree.fromstring(f"<internetDetails>{form}</internetDetails>"), document) is None
    assert find_breach(etree.fromstring(f"<internetDetails><{name}/></internetDetails>"), document) is None
    assert find_breach(etree.fromstring(f"<internetDetails>{form}{form}</internetDetails>"), document) is not None


def test_some_form_is_needed() -> None:
    breach = find_breach(etree.fromstring("<internetDetails/>"), one("internetDetails", DETAILS))
    assert breach is not None
    assert breach.says.startswith("one is missing of webPageIncident, emailIncident")


def test_there_are_eight_types_of_incidents() -> None:
    assert len(INCIDENT_TYPE.values) == 8
    assert INCIDENT_TYPE.values[0] == "Child Pornography (possession, manufacture, and distribution)"
