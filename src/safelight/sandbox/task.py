"""Task: a function that workers may run, by name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of the table of tasks that a pool's owner hands in.

    `target` is "module:function", called in a locked worker as `function(file, size_bytes, options) -> bytes`, where
    `file` is a seekable binary file. `prepare` is "module:function", called without arguments once before lock-down:
    it must import and try everything that the target needs, because nothing can be opened afterwards.
    An answer of more than `answer_limit_bytes` is refused.
    """

    target: str
    prepare: str = ""
    answer_limit_bytes: int = 1 << 16
