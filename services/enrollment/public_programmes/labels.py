"""Labels of what the public is told of seats."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.public_programmes.domain import Seats

SEATS: Labels = {
    Seats.FREE: N_("There are seats"),
    Seats.FULL: N_("Full: there is a waiting list"),
}
