"""Choosing the parts that showing evidence takes: worker processes of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from safelight.app.review_parts import house_limits, review_rules
from safelight.app.workspace import Workspace
from safelight.flow.review.showing import Showing
from safelight.review.derivatives.request import DERIVATIVE_TASKS, DecodeLimits
from safelight.sandbox.layer import Rule
from safelight.sandbox.limits import Limits as SandboxLimits
from safelight.sandbox.pool import Pool

_PICTURES_PER_WORKER = 50


@contextmanager
def open_showing(house: Workspace, workers: int = 1) -> Iterator[Showing]:
    """Give what shows evidence; its worker processes end with the block.

    They are none of those that scan: what a hostile upload could do to a worker must not reach a picture that somebody
    judges by. Raises SandboxUnavailable, DatabaseUnusable.
    """
    settings = house.settings
    limits = SandboxLimits(
        memory_bytes=settings.sandbox_memory_mib << 20,
        seconds_per_file=settings.sandbox_seconds_per_file,
        files_per_worker=min(settings.sandbox_files_per_worker, _PICTURES_PER_WORKER),
    )
    with Pool(DERIVATIVE_TASKS, workers=workers, limits=limits, rule=Rule(settings.sandbox_rule)) as pool:
        yield Showing(
            engine=house.engine,
            clock=house.clock,
            vault=house.vault,
            runner=pool,
            house=house_limits(settings),
            rules=review_rules(settings),
            has_colour=settings.review_colour,
            decoding=DecodeLimits(max_pixels=settings.max_pixels, max_frames=settings.max_frames),
        )
