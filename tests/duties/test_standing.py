"""What of the duties is open stands in the status, with the day on which the next is due."""


def test_where_nothing_was_registered_nothing_is_begun(club):
    club.scan()
    code, whole = club.objects("status")
    assert code == 0
    assert whole[0]["open_duties"] == {}
    assert not (club.state / "registers.db").exists()


def test_an_open_incident_stands_there_with_its_clock(club):
    club.scan()
    code, _, err = club.run(
        "incident", "open", "En lista låg öppen", "--known-at", "2026-11-20 10:00"
    )
    assert code == 0, err

    _, whole = club.objects("status")
    assert whole[0]["open_duties"]["incident"]["count"] == 1
    assert whole[0]["open_duties"]["incident"]["due_at"].startswith("2026-11-23T09:00")
    _, out, _ = club.run("status")
    assert "open incidents" in out
    assert "2026-11-23 10:00" in out


def test_with_broken_registers_everything_else_is_shown_and_it_is_said(club):
    club.scan()
    club.run("incident", "open", "En lista låg öppen", "--known-at", "2026-11-20 10:00")
    (club.state / "registers.db").write_bytes(b"not a database" * 400)

    code, out, err = club.run("status")
    assert code == 1
    assert "mode" in out
    assert "registers.db" in err
    code, whole = club.objects("status")
    assert code == 1
    assert whole[0]["open_duties"] is None
