"""The ready-made files in docs/schedule: each is read by what reads it, and calls the program as it is."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner

from sync.cli import main

DOCS = Path(__file__).resolve().parents[1] / "docs"
FILES = DOCS / "schedule"
TASK = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def ini(name: str) -> dict[str, str]:
    lines = (FILES / name).read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line[:1] not in ("#", "["))
    return {key: value for key, equals, value in pairs if equals}


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((FILES / name).read_text("utf-8")))


def task() -> ElementTree.Element:
    text = (FILES / "windows-task.xml").read_text("utf-8")
    return ElementTree.fromstring(text.replace("UTF-16", "UTF-8", 1).encode())


def cron() -> tuple[str, str]:
    """The schedule and the command of the crontab."""
    line = next(line for line in (FILES / "crontab").read_text("utf-8").splitlines() if line[0] in "*0123456789")
    fields = line.split(maxsplit=5)
    return " ".join(fields[:5]), fields[5]


def calls() -> Iterator[tuple[str, list[str]]]:
    """How each file calls the program."""
    for name in ("onsite.service", "onsite-once.service"):
        command = shlex.split(ini(name)["ExecStart"])
        assert Path(command[0]).name == "onsite"
        yield name, command[1:]
    yield "crontab", re.split(r"\s+>>", cron()[1].partition("onsite run")[2])[0].split()
    yield "windows-task.xml", _of_windows().split(">>")[0].split()[2:]
    (job,) = documents("cloud-run-job.yml")
    yield "cloud-run-job.yml", job["spec"]["template"]["spec"]["template"]["spec"]["containers"][0]["args"]
    pod = documents("kubernetes-cronjob.yml")[0]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    yield "kubernetes-cronjob.yml", pod["containers"][0]["args"]
    steps = documents("github-actions.yml")[0]["jobs"]["sync"]["steps"]
    step = next(step["run"] for step in steps if "onsite run" in step.get("run", ""))
    yield "github-actions.yml", step.split("onsite ")[-1].split()


def _of_windows() -> str:
    return task().findtext(".//t:Arguments", "", TASK)


@pytest.mark.parametrize(("name", "arguments"), [pytest.param(*call, id=call[0]) for call in calls()])
def test_every_file_calls_the_program_as_it_is(name: str, arguments: list[str]) -> None:
    """`--help` at the end: all options before it are read, and nothing is run."""
    arguments = arguments if arguments[0] == "run" else ["run", *arguments]
    done = CliRunner().invoke(main, [*arguments, "--help"])
    assert done.exit_code == 0, done.output
    options = {option for part in arguments[1:] if (option := part).startswith("--")}
    known = {option for parameter in main.commands["run"].params for option in parameter.opts}
    assert options <= known
    assert ("--once" in options) == (name != "onsite.service")


def test_every_file_is_named_in_the_text_and_every_link_leads_somewhere() -> None:
    text = (DOCS / "schedule.md").read_text("utf-8")
    links = set(re.findall(r"\]\(([^)#]+)\)", text))
    assert all((DOCS / link).exists() for link in links)
    assert {f"schedule/{path.name}" for path in FILES.iterdir()} <= links


@pytest.mark.systemd
@pytest.mark.parametrize("name", ["onsite.service", "onsite-once.service", "onsite-once.timer"])
def test_systemd_takes_its_units(name: str, tmp_path: Path) -> None:
    """It also looks whether the program is there, so it is, in a copy of the units."""
    program = tmp_path / "onsite"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    for path in FILES.glob("onsite*.*"):
        text = path.read_text("utf-8").replace("/usr/local/bin/onsite", str(program))
        (tmp_path / path.name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if "onsite" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.systemd
def test_the_timer_means_every_five_minutes() -> None:
    done = subprocess.run(
        ["systemd-analyze", "calendar", ini("onsite-once.timer")["OnCalendar"]], capture_output=True, text=True
    )
    assert done.returncode == 0 and "*-*-* *:00/5:00" in done.stdout


def test_cron_and_its_likes() -> None:
    (cloud,) = documents("github-actions.yml")
    schedules = [
        cron()[0],
        documents("kubernetes-cronjob.yml")[0]["spec"]["schedule"],
        *(entry["cron"] for entry in cloud[True]["schedule"]),  # `on` is a yes of YAML's
    ]
    for schedule in schedules:
        assert re.fullmatch(r"\*/(5|10)( \*){4}", schedule)
    command = cron()[1]
    assert "%" not in command  # cron would take it for a line break
    assert subprocess.run(["sh", "-n", "-c", command], capture_output=True).returncode == 0


def test_no_two_runs_at_once() -> None:
    job = documents("kubernetes-cronjob.yml")[0]["spec"]
    actions = documents("github-actions.yml")[0]
    (cloud,) = documents("cloud-run-job.yml")
    assert job["concurrencyPolicy"] == "Forbid"
    assert actions["concurrency"] == {"group": "onsite", "cancel-in-progress": False}
    assert cloud["spec"]["template"]["spec"]["parallelism"] == 1
    assert task().findtext(".//t:MultipleInstancesPolicy", "", TASK) == "IgnoreNew"
    assert task().findtext(".//t:Interval", "", TASK) == "PT5M"
    assert "flock -n" in cron()[1]


def test_what_a_container_needs_is_there() -> None:
    pod = documents("kubernetes-cronjob.yml")[0]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    assert set(mounts) == {volume["name"] for volume in pod["volumes"]}
    (key,) = (entry["value"] for entry in pod["containers"][0]["env"])
    assert Path(key).parent == Path(mounts["key"])
    claims = {document["metadata"]["name"] for document in documents("kubernetes-cronjob.yml")[1:]}
    asked = [volume.get("persistentVolumeClaim") for volume in pod["volumes"]]
    assert claims == {claim["claimName"] for claim in asked if claim}
