"""Make the samples: `python -m tests.samples.make` writes the files in samples/ anew."""

import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from batch_offboard.termination_list.template import template_csv, template_workbook
from tests.samples.cast import Cast, practice_org, save
from tests.samples.giving import give
from tests.samples.rows import list_bytes

SAMPLES = Path(__file__).parents[2] / "samples"


def make() -> None:
    """Write organisation, list and settings, then the results and the report that they give."""
    org, cast = practice_org()
    save(org, SAMPLES / "organisation.json")
    (SAMPLES / "terminations.csv").write_bytes(list_bytes(cast))
    (SAMPLES / "template.csv").write_bytes(template_csv())
    (SAMPLES / "template.xlsx").write_bytes(template_workbook())
    _protect(cast)
    with TemporaryDirectory() as folder:
        given = give(Path(folder)).folder
        shutil.copyfile(given.results, SAMPLES / "results.csv")
        shutil.copyfile(given.report, SAMPLES / "report.html")


def _protect(cast: Cast) -> None:
    path = SAMPLES / "config.yaml"
    text = path.read_text(encoding="utf-8")
    protected = f"protected: [{cast.protected.email}]"
    path.write_text(re.sub(r"protected: \[.*?\]", protected, text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make()
