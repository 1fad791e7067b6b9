"""Completeness: what a report lacks that an investigator would need. It hinders nothing: the law leaves it open.

18 U.S.C. 2258A(b) leaves the contents to the provider, and over 8 % of what industry reported in 2024 said too little
to tell where it happened (facts, review-and-reporting.md 1.10, 5): so this is told, and never required.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One thing that a report should say. `weight` is its share of all; `path` is where it is filled in.

    `name` is a stable word, by which texts in other languages are found; `why` says in a sentence what an investigator
    does with it. `is_there` whether the report says it.
    """

    name: str
    path: str
    weight: int
    why: str
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How complete a report is: a score of 0 to 100, and what it lacks, the weightiest first."""

    score: int
    lacks: tuple[Want, ...]


def weigh(wants: Sequence[Want]) -> Completeness:
    """Return the share of the weights that is there, cut to whole percent: 100 only where nothing is missing."""
    whole = sum(each.weight for each in wants)
    there = sum(each.weight for each in wants if each.is_there)
    lacks = sorted((each for each in wants if not each.is_there), key=lambda each: -each.weight)
    return Completeness(score=100 * there // whole if whole else 100, lacks=tuple(lacks))
