"""datahugger: everything of a dataset, by its DOI."""
import pathlib, sys
import datahugger

folder = pathlib.Path(sys.argv[2]) / "data"
datahugger.get("https://doi.org/10.5281/zenodo.9006", str(folder), progress=False)
found = {path.name: path for path in folder.rglob("*") if path.is_file()}
assert found["ice.csv"].read_text() == "year,depth\n1900,12\n", found
assert "read me.txt" in found, found
