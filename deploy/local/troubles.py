"""What goes wrong on somebody's machine, said in one sentence."""


class Trouble(Exception):
    """A start that cannot succeed. Its text is one sentence for a person: what is wrong and what to do."""
