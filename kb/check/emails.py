"""E-mail addresses of persons, told apart from those of roles and units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from kb.check.findings import Finding, found


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EMAIL = re.compile(r"(?<![\w.%+-])(?P<local>[\w.%+-]{1,64})@(?P<domain>(?:[\w-]{1,63}\.)+[^\W\d_]{2,24})")
_NAME = r"[^\W\d_]+(?:-[^\W\d_]+)?"
_PERSON = re.compile(rf"{_NAME}[._]{_NAME}(?:[._]{_NAME}){{0,2}}\d{{0,3}}")
_PROVIDER = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|aol|gmx|proton|protonmail|fastmail|zoho)"
    r"\.(?:co\.)?[a-z]{2,3}"
)
_PROVIDERS = _words(
    """
    me.com mac.com pm.me tutanota.com mail.com online.no broadpark.no getmail.no start.no frisurf.no lyse.net
    altibox.no mail.dk jubii.dk ofir.dk stofanet.dk youmail.dk tdcadsl.dk telia.com comhem.se spray.se swipnet.se
    bredband.net bahnhof.se tele2.se home.se passagen.se luukku.com kolumbus.fi elisanet.fi simnet.is ziggo.nl
    kpnmail.nl btinternet.com
    """
)
_ROLES = _words(
    """
    post postmottak postboks epost mail email mailbox postkasse hovedpostkasse sikkerpost sikker info informasjon
    information kontakt kontakta contact service support hjelp hjælp hjälp help helpdesk rådhus radhus råd
    servicetorg servicetorget servicesenter servicecenter kundeservice kundtjänst kundtjanst kundservice borgerservice
    medborgarservice kontaktcenter kontaktsenter innbyggerservice innbyggertorg kommune kommunen kommun council city
    stad bydel bydelen stadsdel distrikt district region etat etaten avdeling afdeling avdelning enhet enhed team
    seksjon sektion forvaltning forvaltningen nemnd utvalg byråd byrådet presse press media redaksjon redaktion
    kommunikasjon kommunikation communications innovasjon innovation digital digitalisering it ikt prosjekt projekt
    project program personvern personvernombud databeskyttelse dataskydd dataskyddsombud dpo privacy registrator
    arkiv arkivet archive bibliotek biblioteket library skole skolen skola school barnehage barnehagen förskola
    kultur kulturskole helse sundhed hälsa omsorg omsorgen hjemmetjeneste hjemmepleje hemtjänst sykehjem sosial
    social socialtjänst nav jobb job jobs rekruttering rekrytering hr personal økonomi ekonomi faktura invoice
    anskaffelse upphandling indkøb innkjøp frivillig frivilligsentral frivillighet ungdom unge barn familie miljø
    miljö klima teknik teknisk plan bygg byggesak bolig bostad office admin administrasjon administration
    sekretariat leder ledelse drift vakt noreply nyhetsbrev newsletter webmaster web demokrati medvirkning dialog
    """
)


def is_private_email(address: str) -> bool:
    """Whether an address is a person's: at a private provider, or made of a first and last name."""
    local, _, domain = address.lower().partition("@")
    if _PROVIDER.fullmatch(domain) or domain in _PROVIDERS:
        return True
    return _PERSON.fullmatch(local) is not None and not any(part in _ROLES for part in re.split(r"[._-]", local))


def private_emails(path: PurePosixPath, number: int, line: str) -> Iterator[Finding]:
    """The addresses of persons in one line, masked."""
    for match in _EMAIL.finditer(line):
        if is_private_email(match[0]):
            message = f"This looks like the e-mail address of a person: {match['local'][0]}***@{match['domain']}."
            hint = "Use the address of a role or a unit, such as post@ or servicetorg@."
            yield found(path, "private-email", message, hint, number, match.start() + 1)
