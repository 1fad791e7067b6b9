"""The moments of spooling at which a process may die."""

from enum import StrEnum


class SpoolBoundary(StrEnum):
    """Moments of taking bytes in and of dropping them."""

    FOLDER_MADE = "folder_made"
    FILE_MADE = "file_made"
    PIECE_WRITTEN = "piece_written"
    FILE_FINISHED = "file_finished"
    FILE_DROPPED = "file_dropped"
