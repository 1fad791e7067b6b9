"""Every error that Safelight raises on purpose, in one tree.

    SafelightError
    ├── UsageError                what was asked cannot be done as asked; nothing was changed
    │   ├── InvalidValue          a value has the wrong form
    │   ├── NotFound              the named thing does not exist
    │   ├── AlreadyExists         the name is taken
    │   ├── ListRefused           a hash list is malformed: nothing of it was taken
    │   └── ImportRunning         another import holds this bank
    ├── SettingsInvalid           the settings cannot be used; every fault is listed
    ├── WorkspaceMissing          there is no workspace at the place named
    ├── WorkspaceOutdated         the database was written by another version
    ├── DatabaseUnusable          the database cannot be reached, read or written
    ├── IndexFileRefused          a saved index is damaged or foreign: it is built anew from the database
    ├── OutputFailed              results cannot be written; what was written before is whole
    └── SandboxUnavailable        outside bytes cannot be decoded under the rule that is set

`code` is stable: doors map it to an exit or HTTP status, people search for it, docs/reference/errors.md explains it.
A message says what happened, what it means and what to do; it never holds a listed hash value or personal data.
"""

from typing import ClassVar


class SafelightError(Exception):
    """The root: catch this to catch everything that Safelight raises on purpose."""

    code: ClassVar[str] = "error"


class UsageError(SafelightError):
    """What was asked cannot be done as asked. Nothing was changed."""

    code: ClassVar[str] = "usage"


class InvalidValue(UsageError):
    """A value has the wrong form."""

    code: ClassVar[str] = "invalid_value"


class NotFound(UsageError):
    """The named thing does not exist."""

    code: ClassVar[str] = "not_found"


class AlreadyExists(UsageError):
    """The name is taken."""

    code: ClassVar[str] = "already_exists"


class ListRefused(UsageError):
    """A hash list is malformed: nothing of it was taken."""

    code: ClassVar[str] = "list_refused"


class ImportRunning(UsageError):
    """Another import holds this bank."""

    code: ClassVar[str] = "import_running"


class SettingsInvalid(SafelightError):
    """The settings cannot be used; every fault is listed."""

    code: ClassVar[str] = "settings_invalid"


class WorkspaceMissing(SafelightError):
    """There is no workspace at the place named."""

    code: ClassVar[str] = "workspace_missing"


class WorkspaceOutdated(SafelightError):
    """The database was written by another version of Safelight."""

    code: ClassVar[str] = "workspace_outdated"


class DatabaseUnusable(SafelightError):
    """The database cannot be reached, read or written."""

    code: ClassVar[str] = "database_unusable"


class IndexFileRefused(SafelightError):
    """A saved index is damaged, foreign or of another version. Nothing was taken from it."""

    code: ClassVar[str] = "index_refused"


class OutputFailed(SafelightError):
    """Results cannot be written. What was written before is whole."""

    code: ClassVar[str] = "output_failed"


class SandboxUnavailable(SafelightError):
    """Outside bytes cannot be decoded under the rule that is set."""

    code: ClassVar[str] = "sandbox_unavailable"
