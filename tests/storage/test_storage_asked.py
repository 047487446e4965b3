"""What is read back of questions and votes for those who look after the answers."""

from datetime import timedelta

from bot.storage import EntryCount, EntryVotes, PutQuestion


async def test_the_last_questions_come_back_newest_first_with_what_became_of_them(open_memory, clock):
    async with open_memory() as memory:
        memory.record_question("what is restaking", outcome="answer", entry="what-is-restaking", face="slash")
        first = clock.now
        clock.advance(minutes=1)
        memory.record_question("who wins the cup", outcome="no_answer", entry=None, face="dm")
        memory.record_question("rewards", outcome="choices", entry=None, face="mention")
        assert await memory.recent_questions(2) == [
            PutQuestion("rewards", "choices", None, "mention", clock.now),
            PutQuestion("who wins the cup", "no_answer", None, "dm", clock.now),
        ]
        assert (await memory.recent_questions(9))[-1] == PutQuestion(
            "what is restaking", "answer", "what-is-restaking", "slash", first
        )


async def test_entries_are_counted_from_a_moment_on_the_most_asked_first(open_memory, clock):
    async with open_memory() as memory:
        for _ in range(5):
            memory.record_question("old", outcome="answer", entry="old", face="dm")
        clock.advance(days=1)
        since = clock.now
        for entry in ("b", "a", "b", "c", None):
            memory.record_question("q", outcome="answer", entry=entry, face="dm")
        assert await memory.asked_most(since, 2) == [EntryCount("b", 2), EntryCount("a", 1)]
        assert await memory.asked_most(since, 9) == [EntryCount("b", 2), EntryCount("a", 1), EntryCount("c", 1)]
        assert (await memory.asked_most(since - timedelta(days=1), 1)) == [EntryCount("old", 5)]


async def test_votes_are_counted_by_entry_the_last_of_each_member_those_that_helped_fewest_first(open_memory, clock):
    async with open_memory() as memory:
        memory.record_feedback(9, "before", helpful=False)
        clock.advance(days=1)
        since = clock.now
        for member, entry, helpful in ((1, "a", True), (2, "a", False), (1, "b", False), (2, "b", False)):
            memory.record_feedback(member, entry, helpful=helpful)
        memory.record_feedback(3, "c", helpful=False)
        memory.record_feedback(3, "c", helpful=True)
        assert await memory.votes_by_entry(since) == [
            EntryVotes("b", helpful=0, unhelpful=2),
            EntryVotes("a", helpful=1, unhelpful=1),
            EntryVotes("c", helpful=1, unhelpful=0),
        ]
