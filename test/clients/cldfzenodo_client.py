"""cldfzenodo: a record by DOI, by concept and version, a community, a keyword, all versions, BibTeX, files."""
import pathlib
import sys

from cldfzenodo.api import Api

# It prints what a record is related to.
api = Api()
record = api.get_record(doi="10.5281/zenodo.9005")
assert (record.title, record.version, record.id) == ("Ice cores of Greenland", "1.0", "9005"), record
assert api.get_record(conceptdoi="10.5281/zenodo.9004").id == "9006"
assert api.get_record(conceptdoi="https://doi.org/10.5281/zenodo.9004", version="v1.0").id == "9005"
assert [one.id for one in api.iter_records(community="polar", keyword="ice core")] == ["9006"]
assert sorted(one.id for one in api.iter_versions("10.5281/zenodo.9004")) == ["9005", "9006"]
latest = api.get_record(doi="10.5281/zenodo.9006")
assert latest.license == "cc-by-4.0" and "Okafor, Ngozi" in latest.bibtex, latest
folder = latest.download(pathlib.Path(sys.argv[2]) / "files")
assert (folder / "ice.csv").read_text() == "year,depth\n1900,12\n"
assert "Ice cores of Greenland" in latest.get_citation(api)
