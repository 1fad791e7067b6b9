"""`POST /api/v1/actions`: what the platform did about an account or content, as it tells us."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from safelight.flow.outcomes.acting import tell_action
from safelight.intake.media import Answer
from safelight.outcomes.action import ActionKind, NewAction
from safelight.roles import Actor, Permission
from safelight.web.answer import answer_json
from safelight.web.api import bodies
from safelight.web.api.bodies import STRICT, Moment
from safelight.web.door import Door, Told
from safelight.web.host import Host
from safelight.web.schemas import body_of

_Id = Annotated[str, Field(max_length=500)]


class ToldAction(BaseModel):
    """What the platform did. It is about an account, about content, or about both."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "example": {
                "action": "suspended",
                "at": "2026-11-20T08:00:00Z",
                "subject_id": "account-4711",
                "user_told": "no",
            }
        },
    )
    action: Annotated[ActionKind, Field(strict=False)]
    at: Moment
    subject_id: _Id = ""
    content_id: _Id = ""
    user_told: Annotated[Answer, Field(strict=False)] = Answer.UNKNOWN


def add_actions(door: Door, host: Host) -> None:
    """Add the route."""
    house = host.service.house

    @door.route(
        "POST",
        "/actions",
        Permission.ACTION_WRITE,
        Told(summary="Tell what the platform did about an account or content.", body=body_of(ToldAction)),
    )
    async def tell_what_was_done(request: Request, actor: Actor) -> Response:
        told = await bodies.read(request, ToldAction)
        new = NewAction(
            kind=told.action,
            acted_at=told.at,
            subject_id=told.subject_id,
            content_id=told.content_id,
            user_told=told.user_told,
        )
        number, is_new = await host.ask(lambda: tell_action(house.outcome_desk(actor), new))
        return answer_json({"action": number, "is_new": is_new}, 201 if is_new else 200)
