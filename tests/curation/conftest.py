import pytest

from tests.folders import entry_text, library_of

FRUIT = {
    "apple": ["where do apples grow", "is an apple sweet", "how heavy is one apple", "apple pie recipe"],
    "pear": ["where do pears grow", "is a pear sweet", "how heavy is one pear", "pear tart recipe"],
    "cherry": ["where do cherries grow", "is a cherry sweet", "how heavy is one cherry", "cherry cake recipe"],
    "plum": ["where do plums grow", "is a plum sweet", "how heavy is one plum", "plum jam recipe"],
}
FILES = {f"fruit/{name}.md": entry_text(name.title(), questions) for name, questions in FRUIT.items()} | {
    "safety/poison.md": entry_text("Poison", ["is it poisonous", "poison in a stone"], always=["poison + eaten"]),
}


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return library_of(tmp_path_factory.mktemp("knowledge"), FILES)
