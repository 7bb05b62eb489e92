"""The week against numbers worked out by hand, and against plain loops over minutes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.week import (
    ANY_DAY,
    CLOSED,
    DAY_MIN,
    OPEN,
    PERHAPS,
    OpeningTimes,
    Slots,
    best_of,
    hours_of_the_week,
    open_in,
    people_with_nothing,
    reach_matrix,
)

MORNING, EVENING = (300, 720), (1020, 1440)
Time = tuple[int, int, int, int, bool]


def times_of(count: int, told: list[Time]) -> OpeningTimes:
    service, weekday, opens, closes, weekly = np.array(told, dtype=np.intp).reshape(-1, 5).T
    return OpeningTimes(count, service, weekday, opens, closes, weekly.astype(bool))


def slots_of(*slots: tuple[int, int, int]) -> Slots:
    weekday, begins, ends = np.array(slots, dtype=np.intp).T
    return Slots(weekday, begins, ends)


# Service 0: Tuesdays 10 to 12. 1: nobody has said. 2: some Saturdays, 22:00 to 2:00 on Sunday.
THREE = times_of(3, [(0, 1, 600, 720, True), (2, 5, 1320, 1560, False)])


def test_open_closed_now_and_then_and_never_told() -> None:
    slots = slots_of((1, *MORNING), (1, *EVENING), (5, *EVENING), (6, *MORNING), (ANY_DAY, 0, DAY_MIN))
    expected = [
        [OPEN, CLOSED, CLOSED, CLOSED, OPEN],
        [PERHAPS] * 5,
        [CLOSED, CLOSED, PERHAPS, CLOSED, PERHAPS],
    ]
    np.testing.assert_array_equal(open_in(THREE, slots), expected)


def test_the_end_of_a_time_and_of_a_slot_are_left_out() -> None:
    slots = slots_of((1, 540, 600), (1, 599, 601), (1, 719, 800), (1, 720, 800))
    np.testing.assert_array_equal(open_in(THREE, slots)[0], [CLOSED, OPEN, OPEN, CLOSED])


def test_by_the_clock_what_goes_on_after_midnight_is_on_the_next_day() -> None:
    by_hour = open_in(THREE, hours_of_the_week(), by_the_clock=True).reshape(3, 7, 24)
    assert np.argwhere(by_hour[0]).tolist() == [[1, 10], [1, 11]]
    assert np.argwhere(by_hour[2]).tolist() == [[5, 22], [5, 23], [6, 0], [6, 1]]
    sunday_into_monday = times_of(1, [(0, 6, 1380, 1500, True)])
    assert np.argwhere(
        open_in(sunday_into_monday, hours_of_the_week(), by_the_clock=True).reshape(7, 24)
    ).tolist() == [[0, 0], [6, 23]]


def test_people_with_nothing_open_at_least_and_at_most() -> None:
    # 100 people reach service 0, 200 reach 1, 400 reach both 0 and 2, 800 nothing; 3 comes to the first two.
    reach = reach_matrix(np.array([0, 1, 2, 2]), np.array([0, 1, 0, 2]), [(3, np.array([0, 1]))], shape=(4, 4))
    people = np.array([100.0, 200, 400, 800])
    level = np.array([[OPEN, CLOSED, CLOSED], [CLOSED, PERHAPS, CLOSED], [CLOSED] * 3, [CLOSED, CLOSED, OPEN]])
    least, most = people_with_nothing(people, reach, level)
    np.testing.assert_array_equal(least, [1000, 1300, 1200])
    np.testing.assert_array_equal(most, [1000, 1500, 1200])


def test_a_service_is_as_open_as_its_most_open_place() -> None:
    level = np.array([[CLOSED, PERHAPS], [OPEN, CLOSED], [CLOSED, CLOSED]])
    np.testing.assert_array_equal(best_of(level, np.array([0, 0, 1]), 2), [[OPEN, PERHAPS], [CLOSED, CLOSED]])


minutes = st.integers(0, 47).map(lambda half_hours: half_hours * 30)
one_time = st.tuples(st.integers(0, 3), st.integers(0, 6), minutes, minutes, st.booleans())


def minute_by_minute(service: int, told: list[Time], weekday: int, begins: int, ends: int, clock: bool) -> int:
    """As open_in, a half-hour at a time."""
    mine = [time for time in told if time[0] == service]
    if not mine:
        return PERHAPS
    best = CLOSED
    for _service, opens_on, opens, closes, weekly in mine:
        for minute in range(opens, closes if closes > opens else closes + DAY_MIN, 30):
            day, at = (
                (opens_on + minute // DAY_MIN) % 7 if clock else opens_on,
                minute % DAY_MIN if clock else minute,
            )
            if weekday in (ANY_DAY, day) and begins <= at < ends:
                best = max(best, OPEN if weekly else PERHAPS)
    return best


@given(st.lists(one_time, max_size=12), st.lists(st.tuples(st.integers(-1, 6), minutes), min_size=1, max_size=8))
def test_whatever_is_told_equals_a_plain_loop(told: list[Time], asked: list[tuple[int, int]]) -> None:
    past_midnight = [(s, d, o, c if c > o else c + DAY_MIN, w) for s, d, o, c, w in told]
    times = times_of(4, past_midnight)
    slots = [(weekday, begins, min(begins + 180, DAY_MIN)) for weekday, begins in asked]
    expected = [[minute_by_minute(service, told, *slot, clock=False) for slot in slots] for service in range(4)]
    np.testing.assert_array_equal(open_in(times, slots_of(*slots)), expected)
    hours = [(day, hour * 60, hour * 60 + 60) for day in range(7) for hour in range(24)]
    by_clock = [[minute_by_minute(service, told, *hour, clock=True) for hour in hours] for service in range(4)]
    np.testing.assert_array_equal(open_in(times, hours_of_the_week(), by_the_clock=True), by_clock)
