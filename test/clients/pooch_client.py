"""pooch: the registry of a DOI with its checksums, and a file fetched and verified against it."""
import pathlib, sys
import pooch

data = pooch.create(path=sys.argv[2], base_url="doi:10.5281/zenodo.9006/", registry=None)
data.load_registry_from_doi()
assert data.registry["ice.csv"] == "md5:281d790358770131cdf2f6a082acefcd", data.registry
assert sorted(data.registry) == ["ice.csv", "read me.txt"]
assert pathlib.Path(data.fetch("ice.csv")).read_text() == "year,depth\n1900,12\n"
