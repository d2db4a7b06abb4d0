"""The OpenAPI 3.1 document, made from the same definitions as the handlers, and a page for people."""

from __future__ import annotations

from typing import Any

from kb.web.markup import Html, join, tag
from kb.web.plain import reply
from kb.web.plain.api import OPERATIONS, Operation
from kb.web.plain.given import Parameter
from kb.web.plain.layout import document as page
from kb.web.plain.layout import void
from kb.web.plain.reply import Reply
from kb.web.plain.schemas import ref, schemas
from kb.web.plain.visit import Visit

ERRORS = {
    400: "Something that was asked cannot be answered: a parameter is missing, unknown, given twice or out of bounds, "
    "or no value of a filter has that name. The hint says what can be asked.",
    401: "Only where reading needs a login: send the token of this installation as Authorization: Bearer.",
    403: "Only where reading needs a login: whoever is logged in has no role that may read.",
    404: "No practice has that id; the hint names the nearest.",
    405: "Something else than GET or HEAD was asked for: everything here is only read.",
    413: "More was sent along than anything here takes: send no body.",
    429: "Your network address asks too often or too much at once; Retry-After says when to ask again.",
    500: "Something unexpected went wrong; those who run the app find it in its log.",
    503: "There is no index yet, or too many ask at once; Retry-After says when to ask again.",
}


def openapi(visit: Visit) -> Reply:
    """The whole document."""
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{visit.site.t('app.name')} API",
            "version": "1",
            "description": "Documented practices of municipalities and districts: find, read and compare them. "
            "Only reading, open to all, without keys.",
        },
        "servers": [{"url": visit.root.rstrip("/")}],
        "paths": {f"/{operation.path}": {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {"schemas": schemas()},
    }
    return reply.data(described)


def human(visit: Visit) -> Reply:
    """A short page on what there is and how to ask."""
    site = visit.site
    example = "api/search?q=sykefravær+i+hjemmetjenesten&country=dk&limit=3"
    main = join(
        (
            tag("h1", site.t("plain.api")),
            tag("p", site.t("plain.api.lead"), class_="lead"),
            tag("h2", site.t("plain.api.addresses")),
            *(_shown(operation, site.t("plain.api.takes")) for operation in OPERATIONS),
            tag("h2", site.t("plain.api.example")),
            tag("p", tag("a", visit.url() + example, href=f"../{example}")),
            tag("p", site.t("plain.api.machine"), " ", tag("a", "openapi.json", href="../api/openapi.json")),
        )
    )
    return page(
        language=site.language,
        title=site.t("plain.api"),
        head=void("meta", name="description", content=site.t("plain.api.lead")),
        main=main,
        ways=Html(),
        up="../",
    )


def _shown(operation: Operation, takes: str) -> Html:
    """One operation, for people."""
    names = join((tag("code", parameter.name) for parameter in operation.parameters), ", ")
    heading = tag("h3", tag("code", f"/{operation.path}"))
    return join((heading, tag("p", operation.about, lang="en"), tag("p", takes, " ", names, class_="more")))


def _operation(operation: Operation) -> dict[str, Any]:
    return {
        "operationId": operation.name,
        "summary": operation.about,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {"200": _answer(operation), **_unchanged(operation), **_errors(operation)},
    }


def _answer(operation: Operation) -> dict[str, Any]:
    given = [ref(name) for name in operation.gives]
    schema = given[0] if len(given) == 1 else {"oneOf": given}
    about = "The answer."
    if operation.dated:
        about += (
            " With its ETag in If-None-Match, or its Last-Modified in If-Modified-Since, it is sent only if it changed."
        )
    return {"description": about, "content": {reply.JSON: {"schema": schema}}}


def _unchanged(operation: Operation) -> dict[str, Any]:
    return {"304": {"description": "Nothing has changed since."}} if operation.dated else {}


def _errors(operation: Operation) -> dict[str, Any]:
    return {
        str(status): {"description": about, "content": {reply.JSON: {"schema": ref("Error")}}}
        for status, about in ERRORS.items()
        if status != 404 or operation.finds
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.about,
        "required": parameter.required,
        "schema": parameter.schema,
    }
