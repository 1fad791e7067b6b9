"""What the document tells of answers is what the answers tell, and each example is such an answer."""

import pytest
from pydantic import BaseModel

from safelight.web.api import told_banks, told_findings, told_records

MODELS = [
    each
    for each in (vars(told_banks) | vars(told_findings) | vars(told_records)).values()
    if isinstance(each, type) and issubclass(each, BaseModel) and each is not BaseModel
]


@pytest.mark.parametrize("model", MODELS)
def test_an_example_is_an_answer(model: type[BaseModel]) -> None:
    extra = model.model_config["json_schema_extra"]
    assert isinstance(extra, dict)
    model.model_validate(extra["example"])
