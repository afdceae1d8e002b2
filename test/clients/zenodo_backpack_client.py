"""zenodo_backpack: DOI to record, and a version of it by its name."""
from zenodo_backpack import ZenodoBackpackDownloader

downloader = ZenodoBackpackDownloader()
number = downloader._retrieve_record_ID("10.5281/zenodo.9005")
assert number == "9005", number
record, files = downloader._retrieve_record_metadata(number, "2.0")
assert record["id"] == 9006 and [file["key"] for file in files] == ["ice.csv", "read me.txt"], record
