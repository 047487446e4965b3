"""Suggestions while a member types a question."""

from bot.cogs.pace import BURST


async def test_suggestions_are_questions_that_hold_the_typed_words(env, channel, alice):
    found = await alice.autocomplete(channel, "ask", "question", "slash")
    assert "how does slashing work" in [choice["value"] for choice in found]
    assert all(choice["name"] == choice["value"] for choice in found)


async def test_suggestions_never_count_against_the_pace(env, channel, alice):
    for _ in range(3 * BURST):
        assert await alice.autocomplete(channel, "ask", "question", "slash")
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert result.response is not None


async def test_whatever_the_desk_suggests_discord_gets_25_short_distinct_choices(
    env, channel, alice, desk, monkeypatch
):
    monkeypatch.setattr(
        desk, "suggest", lambda *_: [*["same"] * 3, "", "\ud800", *(f"{n} " + "w" * 200 for n in range(60))]
    )
    found = await alice.autocomplete(channel, "ask", "question", "x")
    assert len(found) == 25
    assert len({choice["name"] for choice in found}) == 25
    assert all(1 <= len(choice["value"]) <= 100 for choice in found)


async def test_a_failing_suggestion_is_an_empty_list_and_a_log_line(env, channel, alice, desk, monkeypatch, caplog):
    def fail(typed, _):
        raise ValueError(typed)

    monkeypatch.setattr(desk, "suggest", fail)
    assert await alice.autocomplete(channel, "ask", "question", "my secret words") == []
    assert "suggestions failed" in caplog.text
    assert "my secret words" not in caplog.text
