"""A thing's line is found whatever stands around it."""

from upstander.packs.locate import Lines

TEXT = '''a = 1
b = [
  "x = 1", # c = 2
  { d = 4 },
]
text = """
[[rule]]
no = "key"
""" # end
[table.sub]
"quoted key" = 'it''s' # [[
[[rule]]
id = "one"
  [[rule.case]]
  cites = ["a"]
  [[rule.case]]
[[rule]]
id = "two"
[rule.more]
x.y = 1
'''


def test_lines_are_found() -> None:
    lines = Lines(TEXT)
    assert lines.of(("a",)) == 1
    assert lines.of(("b", 0)) == 2
    assert lines.of(("c",)) == 1
    assert lines.of(("table", "sub", "quoted key")) == 11
    assert lines.of(("rule", 0, "id")) == 13
    assert lines.of(("rule", 0, "case", 0, "cites")) == 15
    assert lines.of(("rule", 0, "case", 1, "cites")) == 16
    assert lines.of(("rule", 1, "id")) == 18
    assert lines.of(("rule", 1, "more", "x", "y")) == 20
    assert lines.of(("rule", 1, "nothing")) == 17
