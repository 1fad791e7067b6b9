"""The cases to try the console with."""

from pathlib import Path

import pyrage
import pytest

import safelight
from safelight.database.transaction import read
from safelight.flow.keys import acts as keys
from safelight.flow.keys.desk import KeyDesk
from safelight.review import queries
from safelight.review.case import ItemKind
from safelight.review.decision_queries import count_groups
from safelight.testing.demo_cases import UPLOADS, DemoCases, fill_cases


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> safelight.Workspace:
    folder: Path = tmp_path_factory.mktemp("demo") / "workspace"
    safelight.create_workspace(folder)
    with safelight.open_workspace(folder) as house:
        desk = KeyDesk(engine=house.engine, keys=house.keys, clock=house.clock, actor=house.actor)
        keys.create_keys(desk)
        to = str(pyrage.x25519.Identity.generate().to_public())
        keys.export_keys(desk, recipients=[to], place=(folder / "copy.age").write_bytes)
        yield house


@pytest.fixture(scope="module")
def filled(house: safelight.Workspace) -> DemoCases:
    return fill_cases(house)


def kinds_of(house: safelight.Workspace, case_id: int) -> list[ItemKind]:
    with read(house.engine) as tx:
        return [item.kind for item in queries.page_items(tx, case_id)]


def test_each_account_has_a_case_and_who_is_nobody_has_one_too(filled: DemoCases) -> None:
    assert filled.by_subject.keys() == {upload.subject_id for upload in UPLOADS}
    assert len({*filled.by_subject.values(), filled.complaint, filled.by_hand}) == 7


def test_uploads_match_exactly_and_nearly(house: safelight.Workspace, filled: DemoCases) -> None:
    assert kinds_of(house, filled.by_subject["demo-4711"]) == [ItemKind.EXACT, ItemKind.NEAR, ItemKind.NEAR]
    assert kinds_of(house, filled.by_subject[""]) == [ItemKind.EXACT]
    assert kinds_of(house, filled.by_subject["demo-4714"]) == [ItemKind.NEAR, ItemKind.EXACT]


def test_there_is_something_to_decide_on_without_media(house: safelight.Workspace, filled: DemoCases) -> None:
    assert kinds_of(house, filled.complaint) == [ItemKind.FLAG]
    assert kinds_of(house, filled.by_hand) == [ItemKind.HAND]


def test_the_likes_of_a_painting_are_one_group_across_cases(house: safelight.Workspace, filled: DemoCases) -> None:
    with read(house.engine) as tx:
        first = queries.page_items(tx, filled.by_subject["demo-4711"])
        other = queries.page_items(tx, filled.by_subject["demo-4712"])
        groups = {item.group_id for item in first[:2]} | {other[0].group_id}
        assert list(count_groups(tx, groups).values()) == [(3, 2)]
