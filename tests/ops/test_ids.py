"""The ids that we mint: in the order of time, also within a millisecond."""

import uuid

from upstander import clock
from upstander.ids import first_id, minted_at, new_id


def test_what_one_process_mints_is_in_order_to_the_microsecond():
    for _ in range(2_000):
        first, at = new_id(), clock.now()
        while clock.now() == at:
            pass
        assert first < new_id()


def test_an_id_is_a_uuid_of_version_7_and_no_two_are_alike():
    made = {new_id() for _ in range(20_000)}
    assert len(made) == 20_000
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}


def test_an_id_says_its_millisecond_and_is_found_from_any_moment_before():
    before, id_, after = clock.now(), new_id(), clock.now()
    assert first_id(before) <= id_
    assert before.replace(microsecond=before.microsecond // 1000 * 1000) <= minted_at(id_) <= after
