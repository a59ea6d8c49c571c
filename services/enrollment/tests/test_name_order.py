"""Family and given names in one column, of which none is ever split wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.known_names import family_names, given_names
from services.enrollment.identity.names import Names
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.questions import QuestionKind
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.values.name_order import (
    NameOrder,
    NameWitnesses,
    proved_order,
    split_names,
    stated_order,
)
from services.enrollment.tests.parsed_sheets import COHORT, NAMES, TODAY, parsed_as
from services.enrollment.tests.sheets import csv_of

FAMILY, GIVEN = NameOrder.FAMILY_FIRST, NameOrder.GIVEN_FIRST


def split(name: str, order: NameOrder | None, *, is_peruvian: bool = True) -> Names | None:
    """The names, or None where they are refused."""
    try:
        return split_names(name, order, is_peruvian=is_peruvian)
    except RejectedError:
        return None


@pytest.mark.parametrize(
    ("family", "given"),
    [
        ("Vargas Malca", "Elsa"),
        ("De la Cruz Malca", "Elsa Noemí"),
        ("Malca De la Cruz", "María del Pilar"),
        ("Malca del Campo", "Flor de María"),
        ("San Martín Vargas", "José de los Santos"),
        ("MALCA", "ELSA"),
        ("Vargas de Malca", "Elsa"),
        ("Xyzcruz Malca", "Wqer"),
    ],
)
def test_names_are_split_in_either_order(family: str, given: str) -> None:
    assert split(f"{family} {given}", FAMILY) == split(f"{given} {family}", GIVEN) == Names(given, family)
    assert split(f"{family}, {given}", None) == Names(given, family)
    assert split(f"{family} {given}", None) is None


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("Malca Elsa Noemí", FAMILY),
        ("Elsa Noemí Malca", GIVEN),
        ("Malca Santos Elsa", FAMILY),
        ("Elsa Malca Vargas", FAMILY),
        ("Vargas Malca Elsa", GIVEN),
        ("Vargas Malca", FAMILY),
        ("Vargas Malca Quispe Elsa", FAMILY),
        ("Vargas Malca de Quispe Elsa", FAMILY),
        ("Elsa, Vargas Malca", None),
        ("Malca", FAMILY),
        ("de la", FAMILY),
        ("Vargas / Malca Elsa", FAMILY),
        ("", FAMILY),
    ],
)
def test_what_can_be_split_otherwise_is_not_split(name: str, order: NameOrder | None) -> None:
    assert split(name, order) is None


def test_a_foreigner_may_have_one_family_name() -> None:
    assert split("Smith Jhn Paul", FAMILY, is_peruvian=False) is None
    assert split("Urdaneta Rincón Keyla", FAMILY, is_peruvian=False) == Names("Keyla", "Urdaneta Rincón")
    assert split("Smith, John Paul", FAMILY, is_peruvian=False) == Names("John Paul", "Smith")


@given(
    st.lists(st.sampled_from(sorted(family_names() - given_names())), min_size=1, max_size=3),
    st.lists(st.sampled_from(sorted(given_names() - family_names())), min_size=1, max_size=3),
    st.sampled_from(NameOrder),
)
def test_no_known_name_is_ever_on_the_wrong_side(family: list[str], given: list[str], order: NameOrder) -> None:
    words = [*family, *given] if order is FAMILY else [*given, *family]
    for declared in NameOrder:
        found = split(" ".join(words), declared)
        assert found in (None, Names(" ".join(given), " ".join(family)))
    assert (split(" ".join(words), order) is None) == (len(family) == 3 or (len(family) == 1 and len(given) > 1))


@pytest.mark.parametrize(
    ("heading", "order"),
    [
        ("Apellidos y nombres", FAMILY),
        ("NOMBRES Y APELLIDOS", GIVEN),
        ("Nombre y apellido del participante", GIVEN),
        ("Nombre completo", None),
        ("Participante", None),
    ],
)
def test_a_heading_may_state_the_order(heading: str, order: NameOrder | None) -> None:
    assert stated_order(heading) is order


def test_the_names_of_a_column_prove_their_order() -> None:
    family_first = ["Vargas Malca Elsa", "Quispe Poma Rosa Elena", "Xyz Wqer Abc"]
    given_first = ["Elsa Vargas Malca", "Rosa Elena Quispe Poma"]
    assert (proved_order(family_first), proved_order(given_first)) == (FAMILY, GIVEN)
    assert proved_order([*family_first, *given_first]) is None
    assert proved_order(["Vargas Malca Elsa", "Santos Cruz Rosario"]) is None
    assert proved_order(["Vargas, Elsa", "Poma, Rosa"]) is FAMILY


def test_a_heading_that_the_names_contradict_settles_nothing() -> None:
    given_first = ["Elsa Vargas Malca", "Rosa Elena Quispe Poma"]
    assert NameWitnesses.of("Apellidos y nombres", given_first).settled is None
    assert NameWitnesses.of("Apellidos y nombres", ["Wqer Xyz"]).settled is FAMILY
    assert NameWitnesses.of("Participante", given_first).settled is GIVEN


def sheet_of(heading: str, *names: str) -> bytes:
    rows = [[str(41234567 + number), f"{name}", "060101"] for number, name in enumerate(names)]
    return csv_of([["DNI", heading, "UBIGEO INEI"], *rows])


def test_an_unsettled_order_is_asked_once_for_the_column() -> None:
    content = sheet_of("Nombre completo", "Santos Cruz Rosario", "Malca Vargas Elsa", "Poma")
    declared = Declaration(cohort_id=COHORT, consent=True)
    [question] = read(read_sheet(content), declared, NAMES, TODAY).questions
    assert (question.kind, question.column, question.rows) == (QuestionKind.NAME_ORDER, 1, 2)
    assert question.options == ("family_first", "given_first")
    assert parsed_as(content, declared).codes == ["names_not_separable"] * 3
    answered = declared.model_copy(update={"name_order": FAMILY})
    assert not read(read_sheet(content), answered, NAMES, TODAY).questions
    assert parsed_as(content, answered).codes == ["ok", "ok", "names_not_separable"]


PROVED = ("Vargas Malca Elsa", "Quispe Poma Rosa Elena", "Xyz Wqer Abc")


@pytest.mark.parametrize(
    ("heading", "names", "declared", "is_refused"),
    [
        ("Participante", PROVED, GIVEN, True),
        ("Participante", PROVED, FAMILY, False),
        ("Nombres y apellidos", PROVED, GIVEN, True),
        ("Nombres y apellidos", PROVED, FAMILY, False),
        ("Apellidos y nombres", ("Xyz Wqer Abc",), GIVEN, True),
        ("Participante", ("Xyz Wqer Abc",), GIVEN, False),
    ],
)
def test_a_declared_order_counts_where_nothing_shows_another(
    heading: str, names: tuple[str, ...], declared: NameOrder, *, is_refused: bool
) -> None:
    answered = Declaration(cohort_id=COHORT, consent=True, name_order=declared)
    reading = read(read_sheet(sheet_of(heading, *names)), answered, NAMES, TODAY)

    assert [one.rejection.code for one in reading.refusals] == ["name_order_contradiction"] * is_refused


@pytest.mark.parametrize(
    ("name", "order", "names"),
    [
        ("Quispe Julián Rosa", FAMILY, Names("Rosa", "Quispe Julián")),
        ("Rosa Elena Lorenzo Quispe", GIVEN, Names("Rosa Elena", "Lorenzo Quispe")),
        ("Quispe Santos Rosa", FAMILY, None),
        ("Quispe Asunción Rosa", FAMILY, None),
    ],
)
def test_a_name_of_men_is_a_family_name_of_a_woman(name: str, order: NameOrder, names: Names | None) -> None:
    try:
        found = split_names(name, order, is_peruvian=True, is_woman=True)
    except RejectedError:
        found = None
    assert found == names
    assert split(name, order) is None


@pytest.mark.parametrize("titles", [["Apellidos y nombres"], ["Apellidos", "Nombres"]])
def test_names_that_are_missing_are_told_as_missing(titles: list[str]) -> None:
    people = [["41234567", *[""] * len(titles), "Cajamarca"], ["41234568", *["Poma Eva"] * len(titles), "Cajamarca"]]
    content = csv_of([["DNI", *titles, "Distrito"], *people])
    declared = Declaration(cohort_id=COHORT, consent=True, name_order=FAMILY)
    assert parsed_as(content, declared).codes == ["name_malformed", "ok"]
