"""The public page (being drawn)."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
