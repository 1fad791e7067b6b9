"""What a service writes about itself: one line an event on standard error, in JSON where no terminal shows it."""

import logging
import sys
from typing import Any

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
LEVELS = tuple(_LEVELS)


def set_up_logs(level: str) -> None:
    """Write events of a level and above. Nothing of media, no listed value and nothing personal is ever in one."""
    shows = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shows,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Passing()], force=True)


def tell(text: str) -> None:
    """Write a sentence that somebody should read."""
    structlog.get_logger("safelight").warning(text)


class _Passing(logging.Handler):
    """Passes on what libraries log, without the request or the values that their messages may hold."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the name and the place of an event."""
        facts: dict[str, Any] = {"logger": record.name, "place": f"{record.filename}:{record.lineno}"}
        if record.name.startswith("safelight"):
            structlog.get_logger("safelight").warning(record.getMessage(), **facts)
        else:
            structlog.get_logger("library").warning("a library logged something", **facts)
