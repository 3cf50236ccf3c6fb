"""What is read out of pasted text."""

import pytest

from complaints.rooms import Room, room_from


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("", Room()),
        ("88231", Room(number="88231")),
        ("小满家居间", Room(name="小满家居间")),
        ("小满家居间 房间号 88231", Room(number="88231", name="小满家居间")),
        ("https://live.kuailive.example/s/Ab3", Room(link="https://live.kuailive.example/s/Ab3")),
        (
            "9.41 复制打开快播场，看【小满家居间】正在直播 https://v.kuailive.example/iRN/ 房间号：88231",
            Room("https://v.kuailive.example/iRN/", "88231", "小满家居间"),
        ),
        ("我在小满的直播间", Room(name="我在小满")),
        ("昨天晚上大概八点多刷到的，名字真的想不起来了", Room()),
        ("Join Xiaoman's live, room no: 88231", Room(number="88231")),
    ],
)
def test_link_number_and_name_are_told_apart(text: str, room: Room) -> None:
    assert room_from(text) == room
