"""An error with which Amazon Translate answers."""

from __future__ import annotations


class RefusedError(Exception):
    """An error of the service: its code, its words, its further members."""

    def __init__(self, code: str, message: str, **members: str) -> None:
        """
        An error of the service's model.

        Args:
            code: For example `InvalidRequestException`.
            message: What AWS would say.
            members: Further members of the error, for example `DetectedLanguageCode`.
        """
        super().__init__(code)
        self.code, self.text, self.members = code, message, members
