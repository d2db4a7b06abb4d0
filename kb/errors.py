"""Every error Praksis raises on purpose, as one tree.

KbError
├── ConfigError            kb.toml or an option says something that cannot be
│   └── AccessError        login is asked for, and cannot work as things are
├── NotAllowed             this installation asks more of whoever does that
│   ├── LoginNeeded        nobody is logged in, or has been for too long
│   ├── LoginRefused       a login that is not meant for here
│   └── RoleTooLow         she who is logged in may not
├── PracticeError          one practice cannot be read or written
│   ├── UnreadableFile     not text, not UTF-8, or gone
│   └── VocabularyError    vocabulary.yaml or places.yaml is broken
├── ProposeError           a file cannot be proposed; nothing is lost, and nothing was changed at the other end
│   ├── NoRemote           it is not known where to
│   ├── NothingToPropose   the files stand there already as they are here
│   ├── Outdated           others have changed the same lines meanwhile
│   ├── GitFailed          git could not, and says why
│   └── ForgeRefused       the branch is there, but the forge would not open a pull request
├── CannotImport           a file cannot become drafts
│   └── NoConverter        what reads files of its kind is not installed
├── EditError              front matter cannot be changed without losing something
├── EncoderError           a model cannot be found, unpacked or run
│   └── ModelUnavailable   no weights here: keyword search still works
├── ClusterError           the cluster that should embed cannot be had, was lost, or has another model
├── TuningError            the encoder cannot be taught, or what it was taught is not there
├── IndexFault             the index cannot be read or written
│   ├── NoIndex            nothing has been indexed yet
│   ├── OtherVersion       another version of Praksis made it
│   ├── IndexBusy          another process is writing the index now
│   └── StoreUnavailable   the database that holds it does not answer
├── Refused                more was asked than this installation answers; what was asked may be right
│   ├── TooLarge           more was sent than anything here takes
│   ├── TooOften           one asks more often than others leave room for
│   └── TooBusy            everybody together asks more than can be answered now
├── SearchError            a question or filter that cannot be answered
│   ├── UnknownPractice    no practice has that id
│   ├── UnknownFilter      no such facet
│   └── CannotCompare      too few or too many practices, or one twice
└── EvaluationError        judged queries, a corpus or a run that cannot be used

Each carries a sentence on what is wrong and, as `hint`, one on what to do. Neither holds a secret.
"""

from __future__ import annotations

from pathlib import Path

from kb.secret import public


class KbError(Exception):
    """Root of the tree: `str(error)` is what is wrong, `error.hint` what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(public(message))
        self.hint = public(hint)


class ConfigError(KbError):
    """kb.toml or an option says something that cannot be."""


class AccessError(ConfigError):
    """Login is asked for, and cannot work as things are: nobody is let in."""


class NotAllowed(KbError):
    """This installation asks more of whoever does that."""


class LoginNeeded(NotAllowed):
    """Nobody is logged in, or has been for too long."""


class LoginRefused(NotAllowed):
    """The login is of another service, for another app, or says too little."""


class RoleTooLow(NotAllowed):
    """She who is logged in may not do that."""


class PracticeError(KbError):
    """One practice cannot be read or written; the others are not affected."""

    def __init__(self, message: str, *, path: Path, line: int = 0, hint: str = "") -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {message}", hint=hint)
        self.path = path
        self.line = line
        self.reason = message


class UnreadableFile(PracticeError):
    """The file is not text, not UTF-8, or gone."""


class VocabularyError(PracticeError):
    """vocabulary.yaml or places.yaml is broken."""


class ProposeError(KbError):
    """A file cannot be proposed; nothing is lost, and nothing was changed at the other end."""


class NoRemote(ProposeError):
    """It is not known where to propose it."""


class NothingToPropose(ProposeError):
    """The files stand there already as they are here."""


class Outdated(ProposeError):
    """Others have changed the same lines of a file meanwhile."""


class GitFailed(ProposeError):
    """Git could not do its part; `reason` is what it said, without what is secret."""

    def __init__(self, message: str, *, reason: str, hint: str = "") -> None:
        super().__init__(f"{message}: {reason}" if reason else message, hint=hint)
        self.reason = reason


class ForgeRefused(ProposeError):
    """The branch is there, but the forge would not open a pull request; `status` is HTTP's, 0 for no answer."""

    def __init__(self, message: str, *, status: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class CannotImport(KbError):
    """A file, or a row of it, cannot become a draft; the others are not affected."""


class NoConverter(CannotImport):
    """What reads files of this kind is not installed."""


class EditError(KbError):
    """Front matter cannot be changed without losing something; the text is left as it was."""


class EncoderError(KbError):
    """A model cannot be found, unpacked or run."""


class ModelUnavailable(EncoderError):
    """No weights can be had on this machine; keyword search still works."""


class ClusterError(KbError):
    """The cluster that should embed cannot be had, was lost, or has another model; what came back is kept."""


class TuningError(KbError):
    """The encoder cannot be taught, or what it was taught is not there."""


class IndexFault(KbError):
    """The index cannot be read or written."""


class NoIndex(IndexFault):
    """Nothing has been indexed yet."""


class OtherVersion(IndexFault):
    """Another version of Praksis made it, in a form that this one does not read."""


class IndexBusy(IndexFault):
    """Another process is writing the index now."""


class StoreUnavailable(IndexFault):
    """The database that holds the index does not answer, or not any more."""


class Refused(KbError):
    """More was asked than this installation answers; what was asked may be right."""


class TooLarge(Refused):
    """More was sent than anything here takes."""


class TooOften(Refused):
    """One asks more often than others leave room for."""


class TooBusy(Refused):
    """Everybody together asks more than can be answered now."""


class SearchError(KbError):
    """A question or filter that cannot be answered."""


class UnknownPractice(SearchError):
    """No practice has that id."""


class UnknownFilter(SearchError):
    """No such facet."""


class CannotCompare(SearchError):
    """Too few or too many practices, or one twice."""


class EvaluationError(KbError):
    """Judged queries, a corpus or a run that cannot be used, with the file and line."""

    def __init__(self, message: str, *, path: Path | None = None, line: int = 0, hint: str = "") -> None:
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{where}{message}", hint=hint)
        self.path = path
        self.line = line
        self.reason = message
