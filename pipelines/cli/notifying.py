"""`gotgan notify-test`: try the targets of `[[notify]]` before a night fails."""

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, say, settings_of


def notify_test(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """gotgan.toml의 [[notify]]에 적힌 모든 곳에 시험 알림을 보내고 어떻게 되었는지 보인다."""
    from pipelines.notices import bell_of

    settings = settings_of(home)
    place = settings.home.settings_file
    if not settings.file.notify:
        raise typer.Exit(
            fail(f"알릴 곳이 없습니다. {place}에 [[notify]]를 적으십시오.", f"no [[notify]] in {place}", status=2)
        )
    outcomes = bell_of(settings).ring_trial()
    if as_json:
        print_json([{"target": outcome.label, "problem": outcome.problem} for outcome in outcomes])
    else:
        for outcome in outcomes:
            if outcome.problem is None:
                say(f"보냄     {outcome.label}", f"sent     {outcome.label}")
            else:
                say(f"못 보냄  {outcome.label}: {outcome.problem}", f"FAILED   {outcome.label}: {outcome.problem}")
    if any(outcome.problem for outcome in outcomes):
        raise typer.Exit(1)
