"""How a record stands in XML: which field is an element, which an attribute, in which order, of what kind."""
