"""inveniordm-py: a record, its files, its versions, the latest of them, in InvenioRDM's own shape."""
import sys

from inveniordm_py import InvenioAPI

api = InvenioAPI(sys.argv[1] + "/api", "any")
record = api.records("9005").get()
assert record.data["metadata"]["title"] == "Ice cores of Greenland", record.data
assert record.data["metadata"]["version"] == "1.0", record.data
assert record.versions.latest().data["id"] in (9006, "9006")
# Its versions.search() wants aggregations, which InvenioRDM leaves out where a search has none, as that of versions.
files = api.records("9006").files
assert sorted(one["key"] for one in files.get().data["entries"]) == ["ice.csv", "read me.txt"]
assert files("ice.csv").get().data["size"] == 19
found = api.records.search(q="greenland")
assert [str(one.data["id"]) for one in found] == ["9006"], [one.data["id"] for one in found]
