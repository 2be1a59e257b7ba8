"""The daemon as a machine runs it: real processes, real signals, a real loopback server."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from running import daemon, log_of
from set_up import TOPICS, SetUp
from waiting import alive, below, command_of, until


def test_it_collects_publishes_and_serves(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    with daemon(set_up) as running:
        assert set(running.feeds) == {"all", "bridges", "harvest"}
        until(lambda: running.titles("bridges") == ["大桥合龙"])
        assert "大桥合龙" in running.get("/topics/bridges").text
        assert running.get("/healthz").json()["status"] == "ok"
        assert "大桥合龙" in running.get("/").text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_all_its_processes(set_up: SetUp, number: signal.Signals) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    with daemon(set_up) as running:
        until(lambda: running.titles("bridges"))
        children = below(running.process.pid)
        assert children
        running.process.send_signal(number)
        assert running.process.wait() == 0
        until(lambda: not any(alive(child) for child in children))


def test_a_second_daemon_on_the_same_data_ends_with_3(set_up: SetUp) -> None:
    with daemon(set_up) as running:
        done = set_up.run("run", "--port", "0", code=3)
        assert "in use by process" in done.stderr
        assert running.get("/healthz").status_code == 200
        set_up.run("collect")
        assert set_up.json("status")["running"] is True
    assert set_up.json("status")["running"] is False


def test_a_taken_port_is_said_in_a_line(set_up: SetUp) -> None:
    with daemon(set_up) as running:
        port = running.address.rsplit(":", 1)[1]
        done = set_up.run("--data", str(set_up.root / "other"), "run", "--port", port, code=2)
        assert "cannot listen" in done.stderr
        assert "Traceback" not in done.stderr


def test_runs_that_were_missed_are_caught_up_once(set_up: SetUp) -> None:
    """The machine slept for a day; the source is visited once, not 144 times."""
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    set_up.collect()
    yesterday = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1_000_000)
    set_up.execute("update source set next_due = ?", (yesterday,))
    set_up.post("b.md", "大桥通车", "大桥今天通车。")
    with daemon(set_up) as running:
        until(lambda: len(running.titles("bridges")) == 2)
        assert set_up.rows("select count(*) from run") == [(2,)]
        ((due,),) = set_up.rows("select next_due from source")
        assert due > datetime.now(UTC).timestamp() * 1_000_000


def test_a_worker_that_is_killed_is_replaced(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    with daemon(set_up) as running:
        until(lambda: running.titles("bridges"))
        for child in below(running.process.pid):
            os.kill(child, signal.SIGKILL)
        set_up.post("b.md", "大桥通车", "大桥今天通车。")
        set_up.execute("update source set next_due = 0")
        until(lambda: len(running.titles("bridges")) == 2)


def test_hangup_reads_the_configuration_again_and_a_faulty_one_is_not_taken(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    topics = set_up.config / "topics.yaml"
    with daemon(set_up) as running:
        until(lambda: running.titles("bridges"))
        topics.write_text(TOPICS + "  - slug: [", encoding="utf-8")
        running.process.send_signal(signal.SIGHUP)
        until(lambda: "not taken over" in log_of(set_up))
        assert "topics.yaml:" in log_of(set_up)
        assert running.titles("bridges") == ["大桥合龙"]
        topics.write_text(TOPICS.replace("harvest", "fields").replace("[粮食]", "[合龙]"), encoding="utf-8")
        running.process.send_signal(signal.SIGHUP)
        until(lambda: running.titles("fields") == ["大桥合龙"])
        assert running.get("/feeds/harvest.atom").status_code == 404


def test_a_collect_after_an_edit_has_the_daemon_take_it_over(set_up: SetUp) -> None:
    """Otherwise the two would route the archive to and fro."""
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    with daemon(set_up) as running:
        until(lambda: running.titles("bridges"))
        edited = TOPICS + "  - {slug: closures, title: 合龙, match: 合龙}\n"
        (set_up.config / "topics.yaml").write_text(edited, encoding="utf-8")
        assert set_up.json("collect")["rerouted"] == 1
        until(lambda: running.titles("closures") == ["大桥合龙"])
        assert set_up.json("collect")["rerouted"] == 0


def test_a_collect_with_another_configuration_beside_the_daemon_is_refused(set_up: SetUp) -> None:
    other = set_up.root / "other"
    other.mkdir()
    for name in ("sources.yaml", "topics.yaml"):
        (other / name).write_bytes((set_up.config / name).read_bytes())
    with daemon(set_up):
        done = set_up.run("--config", str(other), "collect", code=2)
        assert "has another configuration" in done.stderr


def test_what_is_rejected_is_named_in_the_log(set_up: SetUp) -> None:
    (set_up.posts / "bad.md").write_text("---\nx: &a 1\n---\n文", encoding="utf-8")
    with daemon(set_up):
        until(lambda: '"document": "bad.md:2: yaml-anchor' in log_of(set_up))


def test_a_collect_into_another_database_beside_the_daemon_is_refused(set_up: SetUp) -> None:
    """Both would publish into the same folder, under other feed ids."""
    with daemon(set_up):
        done = set_up.run("--database", f"sqlite:///{set_up.root / 'other.db'}", "collect", code=2)
        assert "has another database" in done.stderr


def test_a_signal_right_after_the_start_ends_it_too(set_up: SetUp) -> None:
    with daemon(set_up) as running:
        running.process.send_signal(signal.SIGHUP)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait() == 0


def worker_of(process: int) -> int | None:
    """The daemon's worker, not what that has started itself."""
    return next((pid for pid in below(process) if "aggregator.app" in command_of(pid)), None)


def test_a_worker_that_stands_still_is_ended_told_of_and_replaced(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    with daemon(set_up) as running:
        until(lambda: running.titles("bridges"))
        stopped = until(lambda: worker_of(running.process.pid))
        os.kill(stopped, signal.SIGSTOP)
        set_up.post("b.md", "大桥通车", "大桥今天通车。")
        set_up.execute("update source set next_due = 0")
        until(lambda: len(running.titles("bridges")) == 2)
        assert not alive(stopped)
        assert until(lambda: worker_of(running.process.pid)) != stopped
        told = running.get("/healthz").json()
        assert told["status"] == "degraded"
        assert "the worker process gave no sign of life for 15 s and was ended" in told["problems"]


def test_a_worker_that_is_stopped_keeps_the_daemon_from_no_end(set_up: SetUp) -> None:
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    with daemon(set_up) as running:
        until(lambda: running.titles("bridges"))
        children = below(running.process.pid)
        os.kill(until(lambda: worker_of(running.process.pid)), signal.SIGSTOP)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait() == 0
        until(lambda: not any(map(alive, children)))


def test_an_edited_title_is_published_soon_after_a_hangup(set_up: SetUp) -> None:
    """No source is due for it, and nothing is read again."""
    set_up.post("a.md", "大桥合龙", "大桥今天合龙。")
    with daemon(set_up) as running:
        until(lambda: running.titles("bridges"))
        visits = set_up.rows("select count(*) from run")
        edited = TOPICS.replace("title: 桥梁", "title: 江上的桥")
        (set_up.config / "topics.yaml").write_text(edited, encoding="utf-8")
        running.process.send_signal(signal.SIGHUP)
        until(lambda: "<title>江上的桥</title>" in running.get("/feeds/bridges.atom").text)
        assert running.titles("bridges") == ["大桥合龙"]
        assert set_up.rows("select count(*) from run") == visits
