from san.model import Finding, Frame, Stack, canonical


def test_unknown_parts_are_absent_from_json() -> None:
    assert canonical(Frame(index=0, function="f")) == '{"function":"f","index":0}'


def test_canonical_json_sorts_keys_and_keeps_characters() -> None:
    finding = Finding("ThreadSanitizer", "data race", "größe", complete=True, stacks=[Stack("Write")])
    assert canonical(finding) == (
        '{"complete":true,"kind":"data race","message":"größe","notes":[],"sanitizer":"ThreadSanitizer",'
        '"stacks":[{"frames":[],"title":"Write"}]}'
    )
