"""What an issuer publishes of itself is believed where it names that issuer, and nowhere else."""

import httpx
import pytest

from chassis.tests.serving import ADDRESS, CLIENT, ISSUER
from chassis.web.auth.activity import IssuerUnavailable
from chassis.web.auth.openid import Provider


def a_provider(named: str) -> Provider:
    """Of an issuer whose document names this one."""
    document = {"issuer": named, "jwks_uri": f"{named}/keys"}
    return Provider(ISSUER, CLIENT, httpx.MockTransport(lambda request: httpx.Response(200, json=document)))


async def test_a_document_that_names_its_issuer_is_believed() -> None:
    assert (await a_provider(ISSUER).metadata())["jwks_uri"] == f"{ISSUER}/keys"


@pytest.mark.parametrize("named", ["http://evil.example/issuer", f"{ISSUER}/", ADDRESS, ""])
async def test_a_document_that_names_another_issuer_is_not_believed(named: str) -> None:
    with pytest.raises(IssuerUnavailable, match="names another issuer"):
        await a_provider(named).metadata()
