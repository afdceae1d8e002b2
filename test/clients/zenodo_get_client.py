"""zenodo_get, its command: download by DOI with verified checksums, md5 sums, addresses for wget."""
import pathlib, subprocess, sys

folder = pathlib.Path(sys.argv[2])
command = str(pathlib.Path(sys.executable).parent / "zenodo_get")


def run(*arguments):
    subprocess.run([command, "-o", str(folder), *arguments], check=True, capture_output=True)


run("10.5281/zenodo.9006")
assert (folder / "ice.csv").read_text() == "year,depth\n1900,12\n"
assert (folder / "read me.txt").exists()
run("-m", "-r", "9006")
assert "281d790358770131cdf2f6a082acefcd  ice.csv" in (folder / "md5sums.txt").read_text()
run("-w", str(folder / "urls.txt"), "-g", "*.csv", "-r", "9006")
assert (folder / "urls.txt").read_text().strip() == "https://zenodo.org/api/records/9006/files/ice.csv/content"
# A concept's DOI leads to its latest version.
run("-w", str(folder / "latest.txt"), "-g", "*.csv", "-d", "10.5281/zenodo.9004")
assert "/9006/" in (folder / "latest.txt").read_text()
