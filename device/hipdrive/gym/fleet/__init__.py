"""The devices of a gym: their passwords, rights and files."""
