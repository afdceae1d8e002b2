"""pyzenodo3: search, a record by number, by DOI, by concept DOI, by GitHub repository."""
import sys
import pyzenodo3

zenodo = pyzenodo3.Zenodo(base_url=sys.argv[1] + "/api/")
found = zenodo.search("greenland ice cores")
assert {record.data["id"] for record in found} == {9006}, [record.data["id"] for record in found]
assert zenodo.get_record("9005").data["metadata"]["title"] == "Ice cores of Greenland"
assert zenodo.find_record_by_doi("10.5281/zenodo.9004").data["id"] == 9006
assert zenodo.find_record_by_doi("10.5281/zenodo.9006").data["doi"] == "10.5281/zenodo.9006"
record = zenodo.find_record_by_github_repo("polar/ice-cores")
assert record.original_version() == "v2.0", record
