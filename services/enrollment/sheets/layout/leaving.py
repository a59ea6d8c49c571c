"""Texts that say that people left, or do not want to take part: «se retiró del curso», «RETIRADOS»; or lead it."""

from services.enrollment.identity.names import tokens

_WISHING = frozenset(
    (
        "desea deseo desean quiere quiero quieren quiso quisieron participa participan participara participare continua"
        " continuara"
    ).split()
)
_LEAVING = frozenset(
    (
        "retiro retira retirado retirada retirados retiradas retiros retirarse retiraron abandona abandono abandonaron"
        " deserto desertaron desistio desiste desistieron renuncio renuncia renunciaron rechazo rechaza rechazaron nego"
        " niega anulado anulada anulados anuladas fallecio fallecido fallecida fallecidos finado finada bajas eliminado"
        " eliminada eliminados eliminadas eliminar excluido excluida excluidos excluidas"
    ).split()
)
_BESIDE = frozenset(
    (
        "no se ya del de la el en los las a su que mas ser participante participantes persona personas curso taller"
        " programa formacion capacitacion grupo lista participar firmar continuar inscribirse inscrito inscrita"
        " inscritos consentimiento inscripcion por motivos personales voluntariamente"
    ).split()
)
"""Words beside which those of leaving say nothing else: «se retiró del curso», but not «se retiró temprano»."""

_FIRST_WORDS = frozenset("no ya se el la los las lista participante participantes persona personas".split()) | _LEAVING


_STAFF = frozenset(
    "facilitadores facilitadoras capacitadores capacitadoras ponentes expositores expositoras organizadores".split()
)
_TEAM = frozenset({"facilitador", "capacitador", "tecnico"})
_BESIDE_STAFF = _STAFF | _TEAM | frozenset("equipo lista relacion de del el los las y curso taller".split())


def stand_apart(text: str) -> bool:
    """Tells whether all of a text says that people left, or that they lead the training."""
    words = set(tokens(text))
    is_team = "equipo" in words and not _TEAM.isdisjoint(words)
    return says_left(text) or ((is_team or not _STAFF.isdisjoint(words)) and words <= _BESIDE_STAFF)


def says_left(text: str) -> bool:
    """Tells whether all of a text says so."""
    words = tokens(text)
    if not words or words[0] not in _FIRST_WORDS:
        return False
    said = _WISHING if "no" in words else _LEAVING
    return not said.isdisjoint(words) and said | _BESIDE >= set(words)
