"""zenodo-downloader, its command: all files of a record, into a folder; nothing of a record that is not there."""
import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[2]) / "files"
command = pathlib.Path(sys.executable).parent / "zenodo-download"


def run(record):
    done = subprocess.run([command, record, "-t", "any", "-d", folder], check=True, capture_output=True, text=True)
    return done.stdout


assert "Successful downloads: 2" in run("9006")
assert (folder / "ice.csv").read_text() == "year,depth\n1900,12\n"
assert (folder / "read me.txt").read_text() == "Cores, 1900 to 2000.\n"
assert "No files found in record 999999" in run("999999")
