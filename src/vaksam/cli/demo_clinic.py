"""The demo's last day at a venue, dose by dose, and what comes after it: the day closed, the
national register told and answered, a municipality's report, a side effect, a round for tomorrow.
All by the product's own actions and a clock that is moved.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

import numpy as np
import polars as pl

from vaksam.base import actions as base
from vaksam.base import clock
from vaksam.base import queries as accounts
from vaksam.base.scope import scope_of
from vaksam.booking import queries as booking
from vaksam.clinic import actions
from vaksam.clinic.actions import reactions
from vaksam.core import clinic
from vaksam.core.errors import Refused
from vaksam.core.exchange.nvr import files, receipts
from vaksam.eligibility import queries as eligibility
from vaksam.exchange import actions as register
from vaksam.exchange import queries as transfers
from vaksam.programmes import queries as programmes
from vaksam.records import queries as records
from vaksam.rounds import actions as rounds
from vaksam.supply import actions as supply
from vaksam.supply import queries as stock
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef

Say = Callable[[str], None]
MOST = 24  # doses of the day that are given one by one
CHECKED_IN = ("document", "document", "document", "electronic")
REPORT = """efternamn;förnamn;född;datum;vaccin;satsnummer;dosnummer;vaccinatör;intygas av
Lindström;Gun;1938-05-02;{day};comirnaty;ER9480;1;Åsa Holm;Hemsjukvården
Burman;Nils;1941-11-19;{day};comirnaty;ER9480;1;Åsa Holm;Hemsjukvården
"""


def prescribe(region: str, programme: str, morning: datetime) -> None:
    """The region's general directive, signed by its physician."""
    by = accounts.user_named("ordinator")
    known = programmes.products(programmes.programme(programme).disease)
    actions.sign(
        region=region, programme=programme, products=[each.code for each in known
                                                      if each.approval(morning.date())],
        age_from=16, roles=["nurse", "physician"], valid_from=morning.date() - timedelta(days=60),
        valid_to=morning.date() + timedelta(days=300), signer_name="Anna Sandström",
        signer_title="Smittskyddsläkare", by=by,
        text="Generell ordination. Kontrollera hälsodeklaration och samtycke före varje dos.",
    )  # fmt: skip


def day(venue: VenueRef, programme: str, on: date, rng: np.random.Generator) -> None:
    """Those booked come, one after another; the vials are opened as they are needed."""
    by = accounts.user_named("vaccinator")
    nurse = next((each.staff for each in venues.on_duty(venue.id, on)
                  if each.vaccinates and each.role == "nurse"), None)  # fmt: skip
    coming = [each for each in booking.between(clock.at(on), clock.at(on, time(18)))
              if each.venue == venue.id][:MOST]  # fmt: skip
    if nurse is None or not coming:
        return
    visits: list[tuple[datetime, int]] = []
    for n, each in enumerate(coming):
        _go(max(each.starts_at, clock.now()) + timedelta(minutes=1))
        visit = actions.check_in(
            person=each.person, venue=venue.id, programme=programme, way="booked",
            identified=CHECKED_IN[n % 4], appointment=each.id, by=by,
        )  # fmt: skip
        if n == 7:
            actions.refuse(visit=visit, language="sv", told="aloud", by=by,
                           note="Vill vänta och se")  # fmt: skip
            continue
        vial = _vial(venue.id, each.product)
        if vial is None:
            actions.leave(visit=visit, outcome="left", by=by)
            continue
        _tell(each.person, programme, rng)
        try:
            done = actions.give(
                visit=visit, vial=vial, staff=nurse, site="left_arm", by=by,
                token=UUID(bytes=rng.bytes(16)), seen=["opened", "left", "triage"],
            )  # fmt: skip
        except Refused:
            actions.leave(visit=visit, outcome="later", by=by)
            continue
        visits.append((done.observe_until, visit))
    for until, visit in visits:
        _go(max(until, clock.now()) + timedelta(minutes=1))
        actions.observed(visit=visit, after="well", by=by)
    for open_ in stock.open_vials(venue.id):
        supply.empty(vial=open_.vial, by=by)
    actions.close_day(venue=venue.id, day=on, by=by)


def after(region: str, programme: str, large: list[VenueRef], morning: datetime) -> None:
    """The evening: the register, a report, a side effect; and tomorrow's round."""
    coordinator, reporter = accounts.user_named("samordnare"), accounts.user_named("kommun")
    register.collect()
    register.send(region=region, by=coordinator)
    _answer(region)
    report = REPORT.format(day=morning.date() - timedelta(days=2))
    register.report_doses(municipality_code="2482", by=reporter, content=report.encode(),
                          file_name="skelleftea-hemsjukvard.csv")  # fmt: skip
    _side_effect(region, large, morning)
    _round(programme, large, morning.date() + timedelta(days=1))


def _tell(person: int, programme: str, rng: np.random.Generator) -> None:
    """What they answer: hardly anybody has anything to tell. On their own telephone, or aloud."""
    questions = clinic.current(programmes.programme(programme).disease, clock.today()).questions
    answers = {each.code: "no" for each in questions if "no" in each.kind.answers}
    if rng.random() < 0.08:
        answers["bleeding"] = "yes"
    told = str(rng.choice(["own", "own", "tablet", "aloud"]))
    actions.declare(person=person, programme=programme, answers=answers, language="sv", told=told,
                    by=None)  # fmt: skip
    actions.consent(person=person, programme=programme, agrees=True, language="sv", told=told,
                    by=None)  # fmt: skip


def _vial(venue: int, product: str) -> int | None:
    """An open vial of the product with doses left, else a new one; None: there is none."""
    for open_ in stock.open_vials(venue):
        if open_.product == product and open_.minutes > 0:
            if open_.left + open_.drawn > 0:
                return open_.vial
            supply.empty(vial=open_.vial, by=None)
    for row in stock.stock(venue=venue):
        usable = row.state in ("cold", "thawed") and not row.block and row.until > clock.now()
        if row.product == product and usable:
            return supply.open_vial(venue=venue, lot=row.lot, by=None)
    return None


def _answer(region: str) -> None:
    """The register takes all rows but three."""
    coordinator = accounts.user_named("samordnare")
    scope = scope_of(coordinator)
    for file in transfers.files(region=region, scope=scope):
        name, content = transfers.content(file.id, scope=scope)
        sent = files.read(content, file_name=name)
        ids = sent.rows["transaction_id"].to_list()
        bad = set(ids[5:400:130])
        rows = pl.DataFrame({
            "transaction_id": ids,
            "answer": ["rejected" if each in bad else "accepted" for each in ids],
            "code": ["unknown-person" if each in bad else "" for each in ids],
            "text": ["Personen finns inte i folkbokföringen" if each in bad else ""
                     for each in ids],
        })  # fmt: skip
        answer = receipts.write(region, name, rows)
        register.receive(content=answer, file_name=f"kvitto-{name}", by=coordinator)


def _side_effect(region: str, large: list[VenueRef], morning: datetime) -> None:
    """A nurse notes that somebody fainted after yesterday's dose."""
    by = accounts.user_named("vaccinator")
    yesterday = booking.day(large[0].id, morning.date() - timedelta(days=1), scope=scope_of(by))
    for each in yesterday:
        given = [dose for dose in records.doses(each.appointment.person) if dose.in_stock]
        if given and not each.protected:
            reactions.note_reaction(
                person=each.appointment.person, vaccination=given[-1].id,
                began_at=clock.now() - timedelta(hours=20), terms=["syncope"],
                text="Svimmade i väntrummet efter fem minuter, mådde bra efter en kvart.",
                treatment="Planläge, vatten", outcome="recovered", reporter_name="Åsa Lindgren",
                reporter_title="Sjuksköterska", by=by,
            )  # fmt: skip
            return


def _round(programme: str, large: list[VenueRef], on: date) -> None:
    """Tomorrow's round to homes from the largest venue."""
    by = accounts.user_named("samordnare")
    products = {row.product for row in stock.stock(venue=large[0].id) if not row.block}
    for product in sorted(products):
        for kind in (rounds.CARE_HOMES, rounds.HOMES):
            ask = rounds.Ask(venue=large[0].id, programme=programme, product=product, day=on,
                             kind=kind, teams=2, most=40)  # fmt: skip
            try:
                found = rounds.propose(ask=ask, by=by)
                rounds.save(ask=ask, digest=found.digest, key=UUID(int=1), by=by)
            except Refused:
                continue
            return


def _go(moment: datetime) -> None:
    base.move_clock(to=moment, by=None)
    clock.forget()
    eligibility.forget()
