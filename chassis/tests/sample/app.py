"""The smallest service there is, to try the chassis on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from chassis.access import Principal, optional_principal, require
from chassis.idempotency import Idempotent
from chassis.identifiers import new_id
from chassis.pages import render, see_other

router = APIRouter()

Gardener = Annotated[Principal, Depends(require("gardener"))]


class PlantTree(BaseModel):
    kind: str = Field(min_length=3)
    height: int = Field(gt=0)


class Planted(BaseModel):
    tree_id: UUID


@router.get("/", include_in_schema=False)
async def home(request: Request, _: Annotated[Principal | None, Depends(optional_principal)]) -> Response:
    return render(request, "home.html", trees=[])


@router.post("/api/trees", status_code=201)
async def plant(request: Request, body: PlantTree, once: Idempotent, gardener: Gardener) -> Planted:
    async with once.transaction(request.app.state.resources.pool) as connection:
        tree_id = new_id()
        await connection.execute("INSERT INTO trees VALUES ($1, $2)", tree_id, body.kind)
        return await once.keep(connection, Planted(tree_id=tree_id))
