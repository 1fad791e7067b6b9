"""What an operator sets about the console's address, and about signing in to it."""

from pydantic import BaseModel, Field, field_validator

from safelight.errors import InvalidValue
from safelight.outbound.address import read_networks
from safelight.settings.names import Names


class SignInSettings(BaseModel):
    """The part of the settings that is about signing in. Times carry their unit in the name."""

    console_origin: str = Field(
        default="", description="The console's address in browsers; empty: http://localhost and the port of `listen`."
    )
    console_rp_id: str = Field(default="", description="The domain of passkeys; empty: the console's host.")
    trusted_proxies: Names = Field(
        default=(), description="Addresses of proxies that are believed when they say whom a request is from."
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, le=60, description="A session ends when it was not used for so long."
    )
    session_hours: int = Field(default=12, ge=1, le=24, description="A session ends after so long in any case.")
    reauthentication_minutes: int = Field(
        default=10, ge=1, le=60, description="How long it counts that a person has just shown who they are."
    )
    invitation_hours: int = Field(default=72, ge=1, le=720, description="How long a sign-in code can be used.")
    device_days: int = Field(
        default=90, ge=1, le=365, description="How long a browser is remembered in which somebody signed in."
    )
    ended_sign_ins_days: int = Field(
        default=1, ge=1, le=365, description="How long rows of ended sessions, codes and wrong tries stay."
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_can_be_read(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        try:
            read_networks(given)
        except InvalidValue as error:
            raise ValueError(str(error)) from error
        return given
