"""What every page of the console is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from anyio import CapacityLimiter
from jinja2 import Environment

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.flow.outcomes.desk import OutcomeDesk
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.showing import Showing
from safelight.flow.signing_in.desk import SignInDesk
from safelight.reporting.deadline import DeadlineRules
from safelight.roles import Actor
from safelight.settings import Settings
from safelight.web.console.condition import Figure
from safelight.web.console.rendering import open_templates
from safelight.web.console.static_files import StaticFiles
from safelight.web.console.texts import Texts, all_texts
from safelight.web.sessions import Cookies

MOST_VISITORS = 3
"""Pages for people who have not signed in that are answered at once: a flood of sign-ins holds up nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The parts of the console. `condition` tells how this process and what it stands on are.

    `desk` is where people sign in; `review_desk` gives where somebody reviews; `showing` shows what they may see.
    `report_desk` gives where somebody writes reports, `destinations` the names of those that one can be drafted to, and
    `outcome_desk` where is written down what comes after them. `deadlines` are the rules of how loud reports are.
    `questions` bounds how many pages are answered at once for people who have signed in, `visitors` for all others.
    """

    settings: Settings
    desk: SignInDesk
    questions: CapacityLimiter
    visitors: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(MOST_VISITORS))
    condition: Callable[[], Sequence[Figure]]
    review_desk: Callable[[Actor], ReviewDesk]
    showing: Showing
    report_desk: Callable[[Actor], ReportDesk]
    outcome_desk: Callable[[Actor], OutcomeDesk]
    destinations: Callable[[], Sequence[str]] = tuple
    deadlines: DeadlineRules = field(default_factory=DeadlineRules)
    templates: Environment = field(default_factory=open_templates)
    files: StaticFiles = field(default_factory=StaticFiles)
    texts: Mapping[str, Texts] = field(default_factory=all_texts)

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.desk.engine

    @property
    def clock(self) -> Clock:
        """What tells the time."""
        return self.desk.clock

    @property
    def cookies(self) -> Cookies:
        """What reads and writes cookies."""
        return Cookies(self.desk.party)
