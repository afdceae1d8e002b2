"""zenodo-client: a record, its latest version, its files."""
import os, sys

os.environ["PYSTOW_HOME"] = sys.argv[2]
from zenodo_client import Zenodo

zenodo = Zenodo(access_token="any")
record = zenodo.get_record(9005).json()
assert record["id"] == 9005 and record["recid"] == "9005", record
assert record["conceptrecid"] == "9004" and record["metadata"]["version"] == "1.0", record
assert zenodo.get_latest_record(9006) == "9006"
path = zenodo.download(9006, name="ice.csv")
assert path.read_text() == "year,depth\n1900,12\n", path
assert path.parts[-3:] == ("9004", "2.0", "ice.csv"), path
assert sorted(one.name for one in zenodo.download_all(9006)) == ["ice.csv", "read me.txt"]
