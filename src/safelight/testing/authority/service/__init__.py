"""The seven calls: who may make them, what each does, how it is answered."""
