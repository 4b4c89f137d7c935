"""A route whose answer is a page for people, also where it is a refusal: the same problem that the API would tell."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api import problems
from api.access import note_failure
from api.errors import InternalFault
from api.problems import Problem
from console.rendering import page
from console.sessions import SignInNeeded


class PageRoute(APIRoute):
    """Answers people."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        asked = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await asked(request)
            except SignInNeeded:
                return signing_in(request)
            except RequestValidationError as error:
                return refusal(request, problems.problem_of(problems.refused_for(error.errors())))
            except problems.ROOTS as error:
                return refusal(request, problems.problem_of(error))
            except HTTPException as error:
                return refusal(request, problems.problem_of(problems.error_of(error)))
            except Exception as error:  # noqa: BLE001  (whatever it is, people get a page)
                note_failure(error)
                return refusal(request, problems.problem_of(InternalFault()))

        return answered


def pages() -> APIRouter:
    """A family of pages; the description of the API says nothing of them."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def see(address: str) -> RedirectResponse:
    """After a form: look there, so that a reload sends nothing twice."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def is_ours(address: str) -> bool:
    """Whether it leads to a page for officers and nowhere else."""
    return address == "/officer" or address.startswith(("/officer/", "/officer?"))


def signing_in(request: Request) -> Response:
    """To the sign-in and back; what a form sent is gone, so a form goes back to where it lay."""
    wanted = request.url.path if request.method == "GET" else "/officer"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return see(f"/sign-in?next={quote(wanted + query, safe='')}")


def refusal(request: Request, problem: Problem) -> Response:
    """Why it was not done, in the words of the API."""
    return page(request, "refusal.html", status=HTTPStatus(problem.status), problem=problem)
