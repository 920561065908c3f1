"""A rendered runner whose body looks like a person: a skinned mesh in clothes."""
