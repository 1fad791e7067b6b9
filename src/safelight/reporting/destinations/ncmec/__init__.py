"""The CyberTipline of NCMEC: the sender's side. The authority's older terms are used here and nowhere else.

`model` is what can be said, `form` how it stands in XML; `checking` refuses what the authority would refuse, `writing`
makes the bytes, `client` sends them, `answer` and `response_code` read what comes back. Sources of all of it, and what
is not known: docs/reference/ncmec.md.
"""
