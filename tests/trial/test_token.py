"""`minka token` against the trial's issuer."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from socket import socket

import pytest

from deploy.operator.errors import OperatorError
from deploy.trial.commands.token import token
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer_app import create_issuer
from deploy.trial.web import WebSettings
from tests.support.browsers import free_port, listening


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[socket, int]]:
    """A bound socket on the port at which the command expects the trial."""
    listener, _ = free_port()
    port = listener.getsockname()[1]
    monkeypatch.setenv("MINKA_HOME", str(tmp_path))
    monkeypatch.setenv("MINKA_PORT", str(port))
    yield listener, port
    listener.close()


async def test_a_role_or_a_person_gets_a_token(issuer: tuple[socket, int], capsys: pytest.CaptureFixture[str]) -> None:
    listener, port = issuer
    told = WebSettings(environment="trial", port=port, issuer_secret="long enough to sign with")
    web = create_gateway({"issuer": create_issuer(told.for_issuer(), "127.0.0.1")})
    async with listening(web, listener):
        await asyncio.to_thread(token, "auditor", "")
        assert capsys.readouterr().out.count(".") == 2
        with pytest.raises(OperatorError, match="role king"):
            await asyncio.to_thread(token, "king", "")


def test_without_a_trial_it_says_how_to_start_one(issuer: tuple[socket, int]) -> None:
    with pytest.raises(OperatorError, match=f"Nothing answers at http://127.0.0.1:{issuer[1]}"):
        token()
