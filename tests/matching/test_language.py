import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.language import is_english, languages, telling
from bot.matching.text import clean, words_of

FOREIGN = """
¿Qué es el restaking? | cómo puedo retirar mi dinero | cuanto tarda el retiro | es seguro esto | que pasa si pierdo todo
Was ist Restaking? | wie lange dauert die Auszahlung | kann ich mein Geld verlieren | wo sehe ich meine Belohnungen
c'est quoi le restaking | combien de temps pour retirer | quels sont les risques | est-ce que je peux tout perdre
o que é restaking | como faço para sacar | quanto tempo demora o saque | posso perder tudo com isso?
restaking nedir | nasıl çekilir | param ne zaman geri gelir | slashing olursa ne olur
apa itu restaking | bagaimana cara menarik dana | berapa lama prosesnya | apakah ini aman
restaking la gi | làm thế nào để rút | mat bao lau de rut | có an toàn không
cos'è il restaking | quanto tempo ci vuole per il prelievo | hoe lang duurt het om mijn geld op te nemen
ano ang restaking | paano mag withdraw | co to jest restaking | jak wypłacić | ce este restaking | vad är restaking
Hola, tengo una pregunta: mi retiro sigue pendiente desde hace nueve días, ¿es normal?
"""
ENGLISH = """
wen ezeth unstake ser | que pasa with rseth | wat is kelp | gm sers | restaking vs staking | avs | u r on la
pls hlep withdrw stuk | c'est la vie but how do i withdraw | what is the de facto standard | is da avs legit
mi rewards r gone | i m on eth l2 | tell me about eigenda | dat restaking tho | ca n i lose al my eth | slashing
en route to mainnet, how long does it take | los angeles is where i live | hw do i witdraw | plz explane slashin
"""


def listed(texts):
    return [text.strip() for line in texts.strip().splitlines() for text in line.split("|")]


def words(text):
    return words_of(clean(text))


@pytest.mark.parametrize("question", listed(FOREIGN))
def test_questions_in_other_languages_are_not_english_with_and_without_their_accents(question):
    assert not is_english(words(question))


@pytest.mark.parametrize("question", listed(ENGLISH))
def test_slang_slips_names_and_loan_words_stay_english(question):
    assert is_english(words(question))


def test_words_of_the_subject_say_nothing_about_the_language():
    asked = words("que es paella")
    assert not is_english(asked)
    assert is_english(asked, {"que", "es"})
    assert telling(asked) == {"que", "es"}


def test_no_words_are_english():
    assert is_english([])


def test_every_language_has_words_and_none_says_more_than_the_strongest_may():
    assert len(languages()) > 10
    for weights in languages().values():
        assert len(weights) > 100
        assert max(weights.values()) <= 3.5


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="ascii"), max_size=9), max_size=30))
def test_any_words_are_english_or_not_whatever_their_order(any_words):
    assert is_english(any_words) is is_english(any_words[::-1])


@pytest.mark.parametrize(
    ("typed", "plain"), [("nasıl", "nasil"), ("được", "duoc"), ("små øre", "sma ore"), ("było", "bylo")]
)
def test_letters_whose_mark_does_not_come_off_are_read_as_those_type_them_who_lack_the_key(typed, plain):
    assert clean(typed) == plain
