from bot.matching.vectors import let_go_of_pages, shipped_vectors


def test_words_mean_the_same_after_the_memory_of_the_table_was_given_back():
    before, known = shipped_vectors().encode(["withdraw", "stake"])
    let_go_of_pages()
    after, known_after = shipped_vectors().encode(["withdraw", "stake"])
    assert (before == after).all()
    assert known == known_after > 0
