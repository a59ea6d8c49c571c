"""The smallest service there is, to try the chassis on: a garden."""

from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, model_validator

from chassis.store.identifiers import new_id
from chassis.tests.sample.orchard import ORCHARD
from chassis.web.access import EVERYBODY, Access, Anybody
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import render, see_other
from chassis.web.pagination import all_rows
from chassis.web.problems import Problem
from chassis.web.rates import Rate

router = APIRouter()

GARDENER = {"gardener": Rate.USUAL}
PUBLIC = {EVERYBODY: Rate.PUBLIC}

ACCESS: Access = {
    "GET /": PUBLIC,
    "GET /tools": GARDENER,
    "GET /plant": PUBLIC,
    "POST /trees": GARDENER,
    "POST /api/trees": GARDENER,
    "GET /api/whoami": PUBLIC,
    "GET /api/broken": PUBLIC,
    "GET /live": PUBLIC,
    "GET /api/stream": PUBLIC,
    "GET /api/work": PUBLIC,
    "GET /orchard": PUBLIC,
    "GET /api/visits": PUBLIC,
    "GET /api/orchard": PUBLIC,
}


class Place(BaseModel):
    row: int = Field(gt=0)


class PlantTree(BaseModel):
    kind: str = Field(min_length=3, max_length=20)
    height: int | None = Field(None, gt=0)
    place: Place | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind == "sequoia":
            raise ValueError("Some data need correction")
        if self.kind == "baobab":
            raise ValueError(f"no catalogue knows of {self.kind}")
        return self


class Planted(BaseModel):
    tree_id: UUID


@router.get("/", include_in_schema=False)
async def garden(request: Request, visitor: Anybody) -> Response:
    return _gallery(request)


@router.get("/tools", include_in_schema=False)
async def tools(request: Request) -> Response:
    return _gallery(request)


@router.get("/plant", include_in_schema=False)
async def show_form(request: Request) -> Response:
    return render(request, "plant.html", form=Form[PlantTree]())


@router.post("/trees", include_in_schema=False)
async def plant_by_form(request: Request, once: Idempotent) -> Response:
    form = await read_form(request, PlantTree)
    if form.command is None:
        return render(request, "plant.html", form.status, form=form)
    async with once.transaction(request.app.state.resources.pool) as connection:
        tree_id = new_id()
        await connection.execute("INSERT INTO trees VALUES ($1, $2)", tree_id, form.command.kind)
        return await once.record_response(connection, see_other(request, f"/trees/{tree_id}", notice="¡Plantado!"))


@router.post("/api/trees", status_code=201)
async def plant(request: Request, body: PlantTree, once: Idempotent, row: int = 1) -> Planted:
    """Plants a tree in a row, which is nowhere stored."""
    async with once.transaction(request.app.state.resources.pool) as connection:
        if body.kind == "weed":
            raise Problem(409, "weeds_stay_out", "weeds stay out", field="kind")
        tree_id = new_id()
        await connection.execute("INSERT INTO trees VALUES ($1, $2)", tree_id, body.kind)
        return await once.record_response(connection, Planted(tree_id=tree_id))


@router.get("/api/whoami")
async def whoami(visitor: Anybody) -> dict[str, str | None]:
    return {"subject": visitor.subject if visitor else None}


@router.get("/api/broken")
async def broken(secret: str = "") -> None:
    raise RuntimeError(f"this text must not be logged: {secret}")


def _gallery(request: Request) -> Response:
    """Every part of a page, among them a form with mistakes in an order that is not that of its fields."""
    errors = {
        "": "No se guardó nada.",
        "mode": "Complete este campo.",
        "days": "Elija al menos uno.",
        "seats": "Escriba un número entero.",
        "title": "Escriba al menos 3 caracteres.",
    }
    form = Form[PlantTree]({"title": "", "seats": "veinte", "days": ["sat"]}, None, errors)
    return render(
        request,
        "gallery.html",
        now=datetime.now(UTC),
        form=form,
        trees=all_rows(ORCHARD, request.app.state.resources.trees[:4]),
    )
