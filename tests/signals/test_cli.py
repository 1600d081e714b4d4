from click.testing import CliRunner

from upstander.signals.cli import signals


def test_the_command_says_what_fired() -> None:
    result = CliRunner().invoke(signals, ["my brother says hes gonna bring a gun"])
    assert result.exit_code == 0
    assert "perhaps Threat of violence (imminent_harm), weapon_near" in result.output
    assert "reveals how the reporter is related to somebody: “my brother”" in result.output
    assert "not told: Where, When" in result.output and "language: English" in result.output


def test_the_command_reads_lines_and_knows_what_is_judged() -> None:
    given = ["-", "--class", "standard", "--subtype", "bullying"]
    result = CliRunner().invoke(signals, given, input="they bully him\nhe has a knife\n")
    assert result.output.count("language:") == 2
    assert "Bullying" not in result.output and "Threat of violence" in result.output


def test_a_class_that_is_not_in_the_pack_is_explained() -> None:
    result = CliRunner().invoke(signals, ["x", "--class", "standart"])
    assert result.exit_code == 1 and "'standard'" in result.output
