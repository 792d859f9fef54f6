"""SOAP login(): it works up to API v64.0, and gives a fault from v65.0 on."""

from __future__ import annotations

import re
from html import escape, unescape

from aiohttp import web

from sandbox.salesforce.oauth import is_right_password
from sandbox.salesforce.site import SITE, Site

LAST_VERSION = 64
LAST_RELEASE = 69
"""Summer '27, version 70, ends login() for every version."""
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    "{spaces}><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)
_VALUE = r"<(?:\w+:)?{name}\b[^>]*>([^<]*)</"


async def login(request: web.Request) -> web.Response:
    """Answer `POST /services/Soap/u/<version>`."""
    site, text = request.app[SITE], await request.text()
    version = request.match_info["version"]
    if float(version) > LAST_VERSION or site.org.switches.latest_version > LAST_RELEASE:
        return _fault("UNSUPPORTED_API_VERSION", f"login() is not available in API version {version}")
    if not site.org.switches.soap_login:
        return _fault("INVALID_OPERATION", "SOAP API login() is disabled by default in this org.")
    if not is_right_password(site.org, _value(text, "username"), _value(text, "password")):
        return _fault(
            "INVALID_LOGIN",
            "Invalid username, password, security token; or user locked out.",
        )
    return _reply(_logged_in(site, version), 'xmlns="urn:partner.soap.sforce.com"', 200)


def _logged_in(site: Site, version: str) -> str:
    org = site.org
    server = f"{site.data_url}/services/Soap/u/{version}/{org.id[:15]}"
    return (
        f"<loginResponse><result><metadataServerUrl>{escape(server)}</metadataServerUrl>"
        f"<passwordExpired>false</passwordExpired><sandbox>false</sandbox><serverUrl>{escape(server)}</serverUrl>"
        f"<sessionId>{escape(site.sessions.issue())}</sessionId><userId>{org.user_id}</userId>"
        f"<userInfo><organizationId>{org.id}</organizationId><userId>{org.user_id}</userId>"
        f"<userName>{escape(org.credentials.username)}</userName></userInfo></result></loginResponse>"
    )


def _fault(code: str, message: str) -> web.Response:
    body = (
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {escape(message)}</faultstring>"
        f'<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{code}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{escape(message)}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
    )
    spaces = 'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return _reply(body, spaces, 500)


def _reply(body: str, spaces: str, status: int) -> web.Response:
    return web.Response(text=_ENVELOPE.format(spaces=spaces, body=body), content_type="text/xml", status=status)


def _value(text: str, name: str) -> str:
    found = re.search(_VALUE.format(name=name), text)
    return "" if found is None else unescape(found.group(1))
