"""The peer of bench_serve.py: threatexchange's index behind Flask. It does what HMA's look-up does, without a database.

CODES=codes.npy gunicorn --workers 2 --threads 8 serve_peer:app
"""

import io
import os

import numpy as np
from flask import Flask, Response, jsonify, request
from pdqhash import compute
from PIL import Image
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

app = Flask(__name__)
_CODES = np.load(os.environ["CODES"])
_INDEX = PDQIndex.build([(code.tobytes().hex(), number) for number, code in enumerate(_CODES)])


def _found(value: str) -> list[dict[str, object]]:
    return [
        {"bank_content_id": match.metadata, "distance": str(match.similarity_info.distance)}
        for match in _INDEX.query(value)
    ]


@app.get("/m/lookup")
def look_up() -> Response:
    """Answer by hash."""
    found = _found(request.args["signal"])
    return jsonify({"BANK": found} if found else {})


@app.post("/m/lookup")
def look_up_media() -> Response:
    """Answer by picture: decoded, hashed and looked up as threatexchange does it."""
    pixels = np.asarray(Image.open(io.BytesIO(request.files["photo"].read())).convert("RGB"))
    bits, _ = compute(pixels)
    found = _found(np.packbits(bits).tobytes().hex())
    return jsonify({"pdq": {"BANK": found} if found else {}})
