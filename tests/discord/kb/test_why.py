"""`/kb why`: what decided on a question, where its phrasing stands, and nothing of a secret."""

import pytest

from bot.answering.frozen import Frozen
from bot.matching.decision import shipped_calibrations
from bot.ui.kb_why import GUARDED
from tests.curation.small import entry, write
from tests.discord.kb.walk import SLASHED, WHERE
from tests.discord.seen import shown
from tests.standin.schema import problems

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
RULED = entry("Contacted by support", "support wrote to me", "Nobody writes first.").replace(
    "## Answer", "## Always\n- nothing / of this\n- airdrop + my wallet + not: contract\n\n## Answer"
)
SENDER = entry("How fees work", "what is a fee", "A share.").replace(
    "## Answer", "## Not this\n- how are rewards made -> rewards\n\n## Answer"
)


@pytest.fixture
def folder(folder):
    write(folder, "safety/support.md", RULED)
    write(folder, "yield/fees.md", SENDER)
    return folder


@pytest.fixture
def why(mo, kb):
    async def why(question, by=mo):
        return shown(await kb(by, "why", question=question))

    return why


async def test_an_answer_is_explained_with_the_line_that_matched_and_its_numbers(why):
    text = await why(WHERE)
    assert f"**Question:** {WHERE}" in text
    assert "an answer from `rewards`; members see “Where rewards come from”" in text
    assert "the entry lists it word for word" in text
    assert f"matched “{WHERE}” in `yield/rewards.md:9`" in text
    assert "classifier +" in text
    assert "coverage +0.15" in text, "its whole weight, for the entry speaks of all that is asked"
    assert "reviewed 1 Nov 2026, due 30 Jan 2027, 1 source" in text
    assert "Chance that the first entry is right:** 9" in text
    assert "not trained on this version" in text


async def test_thresholds_are_those_that_decided(why, services):
    services.desk.learn(services.desk.matcher.trained().classifier)
    kept = shipped_calibrations()
    assert "not trained" not in await why(WHERE)
    assert f"(answers from {kept.trained.answer_from:.1%})" in await why(WHERE)
    assert f"(asks back from {kept.trained.choices_from:.1%})" in await why(WHERE)


async def test_the_first_score_is_the_margin_above_the_second(why):
    text = await why("how long do restaking rewards take to withdraw, and can they be slashed")
    scores = [float(line.rsplit(" ", 1)[1]) for line in text.split("\n") if " score " in line]
    (margin,) = [float(line.split()[1]) for line in text.split("\n") if line.startswith("**Margin:**")]
    assert len(scores) > 1
    assert "ahead of the runner-up `" in text
    assert margin == pytest.approx(scores[0] - scores[1], abs=0.011)


async def test_a_phrasing_that_another_entry_sends_here_is_named_with_that_file(why):
    assert "matched “how are rewards made” in `yield/fees.md:12`" in await why("how are rewards made")


async def test_a_rule_that_decided_is_quoted_with_its_line(why):
    text = await why("they want my wallet for an airdrop, is that real")
    assert "a safety card from `support`" in text
    assert "the rule `airdrop + my wallet + not: contract` in `safety/support.md:13`" in text
    assert "by its rule" in text
    assert "Margin" not in text


async def test_of_a_secret_nothing_is_shown(why, env):
    text = await why(f"is this safe {PHRASE}")
    assert GUARDED in text
    sent = " ".join(str(request.json) for request in env.http_requests)
    assert not [word for word in PHRASE.split() if f" {word} " in sent]
    assert "is this safe" not in sent


async def test_a_frozen_answer_says_that_moderators_hold_it(why, serving):
    await serving.freeze(Frozen(False, frozenset({"rewards"})))
    text = await why(WHERE)
    assert "no answer; members see “This answer is on hold”" in text
    assert "that answer is frozen" in text
    assert "**1. `rewards`**" in text


async def test_what_is_not_about_anything_here_names_the_chances_that_fell_short(why):
    text = await why("which football club won the cup in 1974")
    assert "neither chance reaches its threshold" in text
    assert "no answer" in text


async def test_a_question_without_words_is_explained_too(why):
    assert "nothing in it to rank" in await why("???")


async def test_a_question_in_another_language_is_not_explained_by_its_chances(why):
    assert "members see “I answer in English”" in await why("¿de dónde vienen las recompensas del restaking por favor?")


async def test_asking_why_is_no_question_of_a_member(why, services, asked, monkeypatch, memory):
    monkeypatch.setattr(services.desk, "_recorder", asked)
    await why("which football club won the cup in 1974")
    assert asked.questions == []
    assert await memory.unmet() == []


async def test_marks_in_a_question_stay_marks(why, mo):
    text = await why(f"{SLASHED} <@{mo.id}> **now** @everyone")
    assert f"<@{mo.id}>" not in text
    assert "\\*\\*now\\*\\*" in text
    assert "@everyone" not in text


async def test_it_may_be_asked_in_any_server(env, why, channel):
    env.create_guild("other")
    assert "an answer from `rewards`" in await why(WHERE)


async def test_without_versions_it_says_so(env, build, desk, mo, channel):
    await env.restart_bot(build(serving=None, desk=desk))
    result = await mo.slash(channel, "kb why", question=WHERE)
    assert "one version" in shown(result.response)


async def test_a_very_long_question_fits(why, env):
    assert "**1. `" in await why(("where do restaking rewards come from _*~` " * 30)[:1000])
    assert not [one for r in env.http_requests for one in problems(r.method, r.path, r.json)]
