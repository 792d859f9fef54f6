"""Signing in: which flow, what is sent, and what a refusal means."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import jwt
import pytest
import requests
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from salesforce_daktela.errors import ConfigurationError, TransportError
from salesforce_daktela.salesforce.sign_in.oauth import AccessToken, Flow, choose_flow, sign_in
from salesforce_daktela.salesforce.wire.errors import SignInError
from salesforce_daktela.salesforce.wire.network import Network
from tests.salesforce.examples import HTML, ORG, TOKEN, TOKEN_REPLY, credentials, grant

USER = {"username": "integration@acme.example", "password": "pass"}
PEM = {"private_key": "-----BEGIN"}


def ask(**more: Any) -> AccessToken:
    """Sign in with an app's key and secret, plus or instead what a test gives."""
    return sign_in(Network(requests.Session(), credentials(**more)))


def sent() -> dict[str, str]:
    """The form of the last request."""
    return dict(parse_qsl(str(responses.calls[-1].request.body), keep_blank_values=True))


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """A private key as a user pastes it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    """The key pair of an app."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    ("filled", "flow"),
    [
        ({}, Flow.CLIENT_CREDENTIALS),
        (USER, Flow.PASSWORD),
        ({**USER, "security_token": "t"}, Flow.PASSWORD),
        ({**PEM, "username": "u"}, Flow.JWT_BEARER),
        ({**PEM, "username": "u", "consumer_secret": None}, Flow.JWT_BEARER),
        ({**PEM, **USER, "security_token": "t"}, Flow.JWT_BEARER),
    ],
    ids=["app", "user", "user-and-token", "key-and-user", "key-without-secret", "everything"],
)
def test_the_filled_in_fields_choose_the_flow(filled: dict[str, str], flow: Flow) -> None:
    """Who is filled in is who signs in: nobody, a user with a key, a user with a password."""
    assert choose_flow(credentials(**filled)) is flow


@pytest.mark.parametrize(
    ("filled", "missing"),
    [
        ({"consumer_key": None, "consumer_secret": None}, "Consumer Key, Consumer Secret"),
        ({"consumer_secret": None}, "Consumer Secret"),
        ({"username": "u"}, "Password"),
        ({"password": "p"}, "Username"),
        ({"security_token": "t"}, "Username, Password"),
        ({**USER, "consumer_key": None, "consumer_secret": None}, "Consumer Key, Consumer Secret"),
        ({**USER, "security_token": "t", "consumer_secret": None}, "Consumer Secret"),
        (PEM, "Username"),
        ({**PEM, "consumer_key": None}, "Consumer Key, Username"),
    ],
)
def test_missing_fields_are_named(filled: dict[str, str | None], missing: str) -> None:
    """Nothing is guessed from half a connection: the empty fields are named, SOAP is never an answer."""
    with pytest.raises(SignInError) as refused:
        choose_flow(credentials(**filled))
    assert refused.value.what == f"these fields are empty: {missing}"
    assert refused.value.advice.startswith("fill in Consumer Key and Consumer Secret alone (client credentials)")


@pytest.mark.usefixtures("org")
def test_client_credentials_sign_in() -> None:
    """The app's key and secret go to the org's own host, and the reply is read."""
    grant(instance_url="https://acme2.my.salesforce.com/")
    token = ask()
    assert sent() == {"grant_type": "client_credentials", "client_id": "the-key", "client_secret": "the-secret"}
    assert token == AccessToken(
        token="00Dxx!first",
        instance_url="https://acme2.my.salesforce.com",
        organization_id="00Dxx0000001gPLEAY",
        user_id="005xx000001SwiUAAS",
        flow=Flow.CLIENT_CREDENTIALS,
    )
    assert "00Dxx!first" not in repr(token)


@pytest.mark.parametrize(
    ("password", "token", "expected"),
    [("pass", "tok", "passtok"), ("pass", None, "pass"), ("passtok", "tok", "passtok")],
    ids=["appended", "trusted-address", "typed-in-both-fields"],
)
@pytest.mark.usefixtures("org")
def test_the_security_token_follows_the_password_once(password: str, token: str | None, expected: str) -> None:
    """The security token follows the password, once."""
    grant()
    ask(username="u@acme.example", password=password, security_token=token)
    assert sent() == {
        "grant_type": "password",
        "client_id": "the-key",
        "client_secret": "the-secret",
        "username": "u@acme.example",
        "password": expected,
    }


@pytest.mark.parametrize("one_line", [False, True], ids=["with-line-breaks", "pasted-on-one-line"])
@pytest.mark.parametrize(
    ("host", "audience"),
    [("acme.my", "https://login.salesforce.com"), ("acme--uat.sandbox.my", "https://test.salesforce.com")],
)
@pytest.mark.usefixtures("org")
def test_a_jwt_names_app_user_and_login_host(
    rsa_key: rsa.RSAPrivateKey, host: str, audience: str, one_line: bool
) -> None:
    """A JWT names the app, the user and the login host of the org's kind, and lives for minutes."""
    responses.post(f"https://{host}.salesforce.com/services/oauth2/token", json=TOKEN_REPLY)
    key = pem(rsa_key).replace("\n", "\\n") if one_line else pem(rsa_key)
    ask(instance_uri=f"{host}.salesforce.com", username="u@acme.example", private_key=key)
    assert sent()["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = jwt.decode(sent()["assertion"], rsa_key.public_key(), algorithms=["RS256"], audience=audience)
    assert (claims["iss"], claims["sub"]) == ("the-key", "u@acme.example")


@pytest.mark.parametrize("key", ["nonsense", pem(ec.generate_private_key(ec.SECP256R1()))], ids=["text", "elliptic"])
@pytest.mark.usefixtures("org")
def test_an_invalid_private_key_is_refused_and_not_shown(key: str) -> None:
    """A key that cannot sign is refused without showing it."""
    with pytest.raises(SignInError, match="the private key is not a PEM text of an RSA key") as refused:
        ask(username="u@acme.example", private_key=key)
    assert key not in str(refused.value)


@pytest.mark.parametrize("host", ["login.salesforce.com", "test.salesforce.com", "na12.salesforce.com"])
@pytest.mark.usefixtures("org")
def test_shared_hosts_do_not_support_client_credentials(host: str) -> None:
    """The hosts that all orgs share do not know which org is meant: nothing is sent there."""
    with pytest.raises(SignInError, match="does not serve client credentials: write your My Domain address"):
        ask(instance_uri=host)
    assert len(responses.calls) == 0


REFUSALS = {
    "wrong-password": ("invalid_grant", "authentication failure", USER, "Username-Password Flow Disabled"),
    "locked": ("invalid_grant", "user is locked", USER, "the user is locked after wrong passwords"),
    "not-approved": ("invalid_grant", "user hasn't approved this consumer", USER, "pre-authorise the app"),
    "unknown-app": ("invalid_client_id", "client identifier invalid", {}, "check Consumer Key and Consumer Secret"),
    "wrong-secret": ("invalid_client", "invalid client credentials", {}, "check Consumer Key and Consumer Secret"),
    "not-installed": ("invalid_client", "app must be installed into org", {}, "the app is not installed in this org"),
    "audience": ("invalid_grant", "audience is invalid", {}, "the org does not take this audience"),
    "no-run-as": ("invalid_grant", "no client credentials user enabled", {}, "switch the client credentials flow on"),
    "wrong-host": ("invalid_grant", "request not supported on this domain", {}, "write your My Domain address"),
    "no-such-flow": ("unsupported_grant_type", "grant type not supported", {}, "this app or host does not offer"),
    "inactive": ("inactive_user", "user is inactive", USER, "the user is deactivated or locked"),
    "stale": ("invalid_grant", "expired authorization code", {}, "the clock of this machine is wrong"),
    "new-code": ("something_new", "never heard of", {}, "see the user's Login History in Salesforce for the reason"),
}


@pytest.mark.parametrize(("code", "text", "filled", "advice"), REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.usefixtures("org")
def test_a_refusal_has_salesforces_text_and_our_advice(
    code: str, text: str, filled: dict[str, str], advice: str
) -> None:
    """Salesforce's own code and text are kept, our advice is added; nobody retries it."""
    responses.post(TOKEN, json={"error": code, "error_description": text}, status=400)
    with pytest.raises(SignInError) as refused:
        ask(**filled)
    assert f"refused with 400 {code}: {text}" in refused.value.what
    assert advice in refused.value.advice
    assert isinstance(refused.value, ConfigurationError)


@pytest.mark.parametrize("token", ["", "the-token"])
@pytest.mark.usefixtures("org")
def test_a_missing_security_token_is_told_before_the_sign_in(token: str, caplog: pytest.LogCaptureFixture) -> None:
    """It may be right, from a trusted address, so it stops nothing; a refusal then names it first."""
    caplog.set_level("INFO")
    filled = {**USER, "security_token": token}
    grant()
    ask(**filled)
    assert ("Security Token is empty" in caplog.text) is (token == "")
    responses.reset()
    responses.post(TOKEN, json={"error": "invalid_grant", "error_description": "authentication failure"}, status=400)
    with pytest.raises(SignInError) as refused:
        ask(**filled)
    assert refused.value.advice.startswith("Security Token is empty") is (token == "")
    assert "check Username, Password and Security Token" in refused.value.advice


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, HTML),
        (500, '{"error": "server_error", "error_description": "x"}'),
        (400, '{"error": "rate_limit_exceeded", "error_description": "login rate exceeded"}'),
        (429, ""),
        (200, HTML),
        (200, '{"access_token": "t"}'),
        (200, '["access_token", "instance_url"]'),
    ],
    ids=["html", "server-error", "rate", "empty-429", "portal", "no-instance", "list"],
)
@pytest.mark.usefixtures("org")
def test_other_answers_may_pass(status: int, body: str) -> None:
    """Trouble on the way is not a refusal: a later try may succeed."""
    responses.post(TOKEN, body=body, status=status)
    with pytest.raises(TransportError):
        ask()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("rate_limit_exceeded", "login rate exceeded"),
        ("invalid_grant", "Login Rate Exceeded"),
        ("LOGIN_RATE_EXCEEDED", "user login rate exceeded"),
    ],
)
@pytest.mark.usefixtures("org")
def test_too_many_sign_ins_are_no_wrong_password(code: str, text: str) -> None:
    """Salesforce takes sign-ins of this user again within the hour, and nothing in the connection is wrong."""
    responses.post(TOKEN, json={"error": code, "error_description": text}, status=400)
    with pytest.raises(TransportError) as refused:
        ask(**USER)
    assert "3,600 times an hour" in refused.value.advice
    assert len(responses.calls) == 1


@pytest.mark.usefixtures("org")
def test_an_unreachable_host_may_pass() -> None:
    """A host that cannot be reached is trouble on the way, and no address is shown."""
    responses.post(TOKEN, body=requests.exceptions.ConnectionError("https://u:p@proxy"))
    with pytest.raises(TransportError, match=r"Salesforce sign-in: no reply \(ConnectionError\)"):
        ask()


@pytest.mark.usefixtures("org")
def test_an_untrusted_certificate_is_a_configuration_error() -> None:
    """A certificate that is not trusted has to be looked at by somebody."""
    responses.post(TOKEN, body=requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get issuer"))
    with pytest.raises(SignInError, match=r"the TLS certificate at acme\.my\.salesforce\.com is not trusted"):
        ask()


@pytest.mark.usefixtures("org")
def test_credentials_do_not_follow_a_redirect() -> None:
    """Credentials do not follow a redirect."""
    responses.post(TOKEN, status=302, headers={"Location": "https://evil.example/"})
    with pytest.raises(SignInError, match=r"answered with a redirect: My Domain may have been renamed"):
        ask()


@pytest.mark.usefixtures("org")
def test_a_token_is_not_sent_to_other_hosts() -> None:
    """A token is not carried to a host that is not Salesforce's."""
    grant(instance_url="https://evil.example")
    with pytest.raises(ConfigurationError, match=r"instance_url of the reply: evil\.example is not a"):
        ask()


@pytest.mark.usefixtures("org")
def test_a_stand_in_may_name_only_what_is_trusted() -> None:
    """It may send the token to itself, to another named host or to Salesforce, and nowhere else."""
    asked = {"instance_uri": "https://sandbox.test:8443", "trusted_hosts": frozenset({"sandbox.test", "other.test"})}
    for told in ("https://sandbox.test:8443", "https://other.test", ORG):
        responses.post("https://sandbox.test:8443/services/oauth2/token", json={**TOKEN_REPLY, "instance_url": told})
        assert ask(**asked).instance_url == told
        responses.reset()
    grant_at = {**TOKEN_REPLY, "instance_url": "https://localhost:8443"}
    responses.post("https://sandbox.test:8443/services/oauth2/token", json=grant_at)
    with pytest.raises(SignInError, match="localhost is not a Salesforce host, so no credential is sent there"):
        ask(**asked)


@pytest.mark.parametrize("identity", [None, "", "https://login.salesforce.com/id/x/y"])
@pytest.mark.usefixtures("org")
def test_a_reply_without_identity_signs_in(identity: str | None) -> None:
    """A reply without a readable identity still signs in."""
    grant(id=identity)
    token = ask()
    assert (token.organization_id, token.user_id) == (None, None)


@pytest.mark.usefixtures("org")
def test_a_netrc_file_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Credentials that lie about in a .netrc file stay out of the request."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine acme.my.salesforce.com login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    grant()
    ask()
    assert "Authorization" not in responses.calls[0].request.headers
    assert responses.calls[0].request.url == f"{ORG}/services/oauth2/token"
