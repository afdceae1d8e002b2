"""eossr: search of records and communities, versions, one of each of what it gets by identifier."""
from eossr.api.zenodo import get_community, get_record, search_communities, search_records
from eossr.api.zenodo.zenodo import get_funder, get_license, search_licenses

found = search_records("greenland", type="dataset", communities=["polar"])
assert [record.id for record in found] == [9006], [record.id for record in found]
assert len(search_records("greenland", all_versions=True)) == 2
record = get_record(9005)
assert record.title == "Ice cores of Greenland" and record.doi == "10.5281/zenodo.9005"
assert record.get_associated_versions() == {9005: "1.0", 9006: "2.0"}, record.get_associated_versions()
assert get_record(9006).filelist == [
    "https://zenodo.org/api/records/9006/files/ice.csv/content",
    "https://zenodo.org/api/records/9006/files/read%20me.txt/content",
], get_record(9006).filelist
assert "Title: Ice cores of Greenland" in record._summary()
assert get_community("polar")["slug"] == "polar"
assert "polar" in [community["slug"] for community in search_communities("polar")]
assert get_license("cc-by-4.0")["id"] == "cc-by-4.0"
assert "cc-by-4.0" in [license["id"] for license in search_licenses("cc-by")]
assert get_funder("10.13039/501100000780")["name"] == "European Commission"
