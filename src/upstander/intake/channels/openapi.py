"""The OpenAPI 3.1 document, made from the types that decode the requests."""

from functools import lru_cache
from typing import Any

import msgspec

from upstander.intake.channels import api_types as t

_REF = "#/components/schemas/{name}"
_TYPES = (
    t.TipIn,
    t.ReferralIn,
    t.ReferralOut,
    t.HolderOut,
    t.ReplyIn,
    t.TipOut,
    t.DialogueOut,
    t.SchoolsOut,
    t.UploadIn,
    t.UploadOut,
    t.MissingOut,
    t.ErrorOut,
)
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {
        "type": "string",
        "minLength": 22,
        "maxLength": 200,
        "pattern": "^[A-Za-z0-9._~+/=:-]{22,200}$",
    },
}
_DISCLAIMER = (
    "The one door for reports in JSON. No account, no cookie; only agencies that pass reports on show a token. "
    "Errors have one shape and speak the language of "
    "Accept-Language (en, es). A code that is wrong and one that is missing are answered alike."
)


def _body(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}


def _answer(status: int, meaning: str, name: str = "ErrorOut") -> dict[str, Any]:
    return {str(status): {"description": meaning, "content": _body(name)}}


_MALFORMED = _answer(
    400, "The body is no JSON, or the Idempotency-Key is missing or weak (128 bits are needed)."
)
_INVALID = _answer(422, "A field cannot be taken as it is; `fields` says what to do.")
_TOO_LARGE = _answer(413, "The body is too large.")
_AWAY = _answer(503, "Not at the moment. Asking again changes nothing.")
_PERHAPS = _answer(
    503,
    "Perhaps it was stored all the same, and only the answer was late. Send it again, unchanged and with the same"
    " Idempotency-Key: that is safe, for what was stored is not stored twice.",
)
_PERHAPS_CHUNK = _answer(
    503, "Perhaps it was stored all the same. Send it again: the same chunk changes nothing."
)
_NO_CODE = _answer(404, "This code opens nothing.")
_SEARCH: dict[str, Any] = {
    "application/x-www-form-urlencoded": {
        "schema": {"type": "object", "properties": {"q": {"type": "string"}}}
    }
}
_NO_UPLOAD = _answer(404, "There is no such upload, or its time is over.")
_UPLOAD: dict[str, Any] = {"security": [{"upload": []}]}
_TOKEN: dict[str, Any] = {"security": [{"agency": []}]}
_NO_TOKEN = _answer(401, "No token, one that nobody was given (`token`), or one that is revoked or expired (`token_over`).")
_TOO_OFTEN = _answer(429, "More than this token may send in a minute. Retry-After says when the next begins.")
_RECEIPT: dict[str, Any] = {"security": [{"receipt": []}]}


def _tips() -> dict[str, Any]:
    return {
        "post": {
            "operationId": "sendReport",
            "summary": "Send a report",
            "description": "The same key with the same body is the same report: 201 with the same receipt again."
            " The same key with another body is a new report.",
            "parameters": [_KEY | {"required": True}],
            "requestBody": {"required": True, "content": _body("TipIn")},
            "responses": _answer(201, "Stored.", "TipOut") | _MALFORMED | _TOO_LARGE | _INVALID | _PERHAPS,
        }
    }


def _referrals() -> dict[str, Any]:
    whose = _answer(200, "The agency, what the token opens, and until when.", "HolderOut")
    return {
        "get": {
            "operationId": "whoseToken",
            "summary": "Ask whose token this is: nothing is stored",
            **_TOKEN,
            "responses": whose | _NO_TOKEN | _TOO_OFTEN | _AWAY,
        },
        "post": {
            "operationId": "passOn",
            "summary": "Pass a report on, as another agency or a partner line",
            "description": "The same key with the same body is the same tip: 201 with the same number again. The same key with"
            " another body is a new tip. Keys of two agencies have nothing to do with one another.",
            **_TOKEN,
            "parameters": [_KEY | {"required": True}],
            "requestBody": {"required": True, "content": _body("ReferralIn")},
            "responses": _answer(201, "Stored.", "ReferralOut") | _MALFORMED | _NO_TOKEN
            | _answer(403, "The token does not open this.") | _TOO_LARGE | _INVALID | _TOO_OFTEN | _PERHAPS,
        },
    }  # fmt: skip


def _dialogue() -> dict[str, Any]:
    reading = _answer(200, "The status and the messages, oldest first.", "DialogueOut")
    return {
        "get": {
            "operationId": "readDialogue",
            "summary": "Read the dialogue",
            **_RECEIPT,
            "responses": reading | _NO_CODE | _AWAY,
        },
        "post": {
            "operationId": "writeDialogue",
            "summary": "Write into the dialogue",
            **_RECEIPT,
            "description": "With an Idempotency-Key, the same words again are one message; other words another."
            " Without one, words that are sent again after a 503 may stand there twice.",
            "parameters": [_KEY],
            "requestBody": {"required": True, "content": _body("ReplyIn")},
            "responses": _answer(201, "Stored; the dialogue as it is now.", "DialogueOut")
            | _MALFORMED | _NO_CODE | _TOO_LARGE | _INVALID | _PERHAPS,
        },
    }  # fmt: skip


def _uploads() -> dict[str, Any]:
    return {
        "post": {
            "operationId": "beginUpload",
            "summary": "Say that a file will come",
            "description": "Gives a token. Bring the file in chunks, then name the token in `attachments` of a report or a"
            " reply within six hours. Do not send sexual pictures of anybody under 18: say that there are some.",
            "requestBody": {"required": True, "content": _body("UploadIn")},
            "responses": _answer(201, "Bring the chunks.", "UploadOut")
            | _answer(400, "The body is no JSON.") | _answer(413, "The file, or the body, is too large.") | _INVALID
            | _answer(503, "There is no room for files at the moment, or the answer was late. Words can be sent; a file can be"
                           " begun again."),
        },
        "get": {
            "operationId": "missingChunks",
            "summary": "Ask which chunks are missing",
            **_UPLOAD,
            "responses": _answer(200, "The numbers that have not arrived.", "MissingOut") | _NO_UPLOAD | _AWAY,
        },
    }  # fmt: skip


def _chunk() -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0, "maximum": 999_999}
    binary = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "put": {
            "operationId": "bringChunk",
            "summary": "Bring one chunk, in any order; the same again changes nothing",
            **_UPLOAD,
            "parameters": [{"name": "n", "in": "path", "required": True, "schema": number}],
            "requestBody": {"required": True, "content": binary},
            "responses": {"204": {"description": "Stored."}} | _NO_UPLOAD | _TOO_LARGE
            | _answer(409, "Another chunk has come under this number.")
            | _answer(422, "The chunk has not the size that it must have, or this kind of file is not taken.")
            | _PERHAPS_CHUNK,
        },
    }  # fmt: skip


def _schools() -> dict[str, Any]:
    found = _answer(200, "At most 20, best first.", "SchoolsOut")
    return {
        "get": {
            "operationId": "findSchools",
            "summary": "Find a school by name, city or district",
            "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
            "responses": found | _AWAY,
        },
        "post": {
            "operationId": "findSchoolsQuietly",
            "summary": "The same, with what was typed in the body: it stands in no address and no log",
            "requestBody": {"required": False, "content": _SEARCH},
            "responses": found | _answer(400, "The body is no form.") | _TOO_LARGE | _AWAY,
        },
    }


def _paths() -> dict[str, Any]:
    return {
        "/api/v1/tips": _tips(),
        "/api/v1/referrals": _referrals(),
        "/api/v1/dialogue": _dialogue(),
        "/api/v1/uploads": _uploads(),
        "/api/v1/uploads/{n}": _chunk(),
        "/api/v1/schools": _schools(),
    }


@lru_cache(maxsize=1)
def document() -> bytes:
    """The document as JSON."""
    _, components = msgspec.json.schema_components(_TYPES, ref_template=_REF)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Upstander: reports", "version": "1", "description": _DISCLAIMER},
            "paths": _paths(),
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "agency": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "The token of an agency, made for it by the program.",
                    },
                    "receipt": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "Authorization",
                        "description": "`Authorization: Receipt <code>`, the code as the reporter got it.",
                    },
                    "upload": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "Authorization",
                        "description": "`Authorization: Upload <token>`, the token of POST /api/v1/uploads.",
                    },
                },
            },
        }
    )
