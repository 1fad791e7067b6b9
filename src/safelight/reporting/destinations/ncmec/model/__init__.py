"""The records of a CyberTipline report. Fields stand in the order of the schema; what is left out says nothing.

`None` and `()` are left out of the XML: an unknown is never sent as a yes or a no.
"""
