"""The club that tests of duties begin with is a real one: its rules hold and its files are read."""


def test_files_of_each_share_are_read(club):
    club.write("gemensam", {"Löner/Lönelista 2019.csv": "Namn;Lön\nAnna Andersson;34500\n"})
    club.write("epost", {"Skickat/1.eml": "From: a@example.org\nTo: b@example.org\n\nHej\n"})
    club.scan()

    code, records = club.objects("list")

    assert code == 0
    assert {each["outcome"] for each in records} == {"read in full"}
    assert len(records) == 2
