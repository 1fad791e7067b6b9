"""The form `package/1`: what is said of a case to an authority that has no form of its own."""
