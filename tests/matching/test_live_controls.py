"""Controls are there before the entries that take them over, and go after those that hand them down."""

from safelight.banks.control import EntryControl
from safelight.matching.live_controls import LiveControls


def _control(entry_id: int, threshold: int = 5) -> EntryControl:
    return EntryControl(entry_id=entry_id, bank_id=1, threshold=threshold)


def test_widening_takes_in_and_keeps_and_replacing_has_no_others() -> None:
    controls = LiveControls()
    controls.replace({1: _control(1)}, retired={})
    controls.widen({2: _control(2), 3: _control(3)})
    assert dict(controls) == {number: _control(number) for number in (1, 2, 3)}
    controls.widen({1: _control(1, threshold=9)})
    assert controls[1].threshold == 9
    controls.replace({2: _control(2)}, retired={})
    assert (list(controls), len(controls), controls.get(1)) == ([2], 1, None)


def test_whoever_goes_through_the_controls_sees_those_of_one_moment() -> None:
    controls = LiveControls()
    controls.replace({number: _control(number) for number in range(1, 4)}, retired={})
    seen = 0
    for control in controls.values():
        controls.replace({}, retired={})
        seen += control.entry_id
    assert seen == 6


def test_whoever_found_an_entry_just_before_it_went_still_gets_its_controls_once_more() -> None:
    controls = LiveControls()
    controls.replace({2: _control(2)}, retired={1: _control(1)})
    assert (controls.get(1), list(controls), len(controls), list(controls.values())) == (
        _control(1),
        [2],
        1,
        [_control(2)],
    )
    controls.replace({2: _control(2)}, retired={})
    assert controls.get(1) is None
