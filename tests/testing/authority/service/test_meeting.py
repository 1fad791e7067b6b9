"""A fault says whether a call is carried out, and what of its answer leaves."""

import asyncio
from dataclasses import replace

import pytest

from safelight.testing.authority.faults.fault import NAMED, Fault
from safelight.testing.authority.service.answer import Answer, Told, respond
from safelight.testing.authority.service.meeting import Leaving, meet

_MD5 = "900150983cd24fb0d6963f7d28e17f72"


class _Tried:
    """One call that met a fault: what was done, in which order, and what left."""

    def __init__(self, fault: Fault | None) -> None:
        self.steps: list[str] = []
        self.leaving: Leaving = asyncio.run(meet(fault, self._do, self._wait))

    def _do(self) -> Answer:
        self.steps.append("done")
        return respond(0, f"answer {len(self.steps)}", Told(report_id=1, file_id="f", md5=_MD5))

    async def _wait(self, seconds: float) -> None:
        self.steps.append(f"waited {seconds:g}")

    @property
    def answer(self) -> Answer:
        assert self.leaving.answer is not None
        return self.leaving.answer


def _tried(name: str, **wishes: object) -> _Tried:
    return _Tried(replace(NAMED[name], **wishes))


def test_without_a_fault_it_is_done_and_answered() -> None:
    tried = _Tried(None)
    assert (tried.steps, tried.answer.code, tried.leaving.kept_back) == (["done"], 0, 0)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("cut_before", []),
        ("cut_after", ["done"]),
        ("error_before", []),
        ("error_after", ["done"]),
        ("bare_503_before", []),
        ("bare_503_after", ["done"]),
        ("bare_401", []),
        ("page_before", []),
        ("page_after", ["done"]),
        ("slow_before", ["waited 2", "done"]),
        ("slow_after", ["done", "waited 2"]),
        ("duplicate", ["done", "done"]),
    ],
)
def test_what_is_done_of_it(name: str, steps: list[str]) -> None:
    assert _tried(name).steps == steps


def test_a_cut_lets_nothing_leave() -> None:
    assert _tried("cut_before").leaving.answer is _tried("cut_after").leaving.answer is None


def test_a_cut_in_the_answer_keeps_a_part_back() -> None:
    leaving = _tried("cut_in_answer").leaving
    assert leaving.answer is not None
    assert 0 < leaving.kept_back < len(leaving.answer.body)


def test_an_error_has_any_code_and_status() -> None:
    assert (_tried("error_before").answer.code, _tried("error_before").answer.status) == (1000, 500)
    assert (_tried("error_in_200", code=1110).answer.code, _tried("error_in_200").answer.status) == (1110, 200)


def test_bare_answers_have_no_body_and_pages_one_that_is_no_xml() -> None:
    assert (_tried("bare_401").answer.status, _tried("bare_401").answer.body) == (401, b"")
    page = _tried("page_after").answer
    assert (page.status, page.content_type.partition(";")[0], page.body[:9]) == (200, "text/html", b"<!doctype")


def test_of_a_duplicate_the_last_answer_leaves_or_the_first() -> None:
    assert b"answer 2" in _tried("duplicate").answer.body
    assert b"answer 1" in _tried("duplicate_first").answer.body


def test_answers_are_altered() -> None:
    right = _Tried(None).answer
    wrong = _tried("wrong_md5").answer
    assert _MD5.encode() not in wrong.body
    assert len(wrong.body) == len(right.body)
    assert _tried("truncated").answer.body == right.body[: len(right.body) // 2]
    assert _tried("wrong_type").answer == replace(right, content_type="text/html; charset=utf-8")


def test_a_drip_leaves_byte_by_byte() -> None:
    assert _tried("drip", seconds=0.5).leaving.pause_s == 0.5
