"""Lists read back, beside the customers as their files tell of them."""

import csv

import pyarrow.parquet as pq


def rows_of(path):
    """The rows of a list."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def people_of(study):
    """The customers with their segment, protection and level, read by hand."""
    folder = study.settings.folder
    with (folder / "responses.csv").open(encoding="utf-8") as file:
        level = {row["customer"]: int(row["score"]) for row in csv.DictReader(file)}
    with (folder / "customers.csv").open(encoding="utf-8") as file:
        return {
            row["customer"]: (row["area"], int(row["weak"]), level.get(row["customer"]))
            for row in csv.DictReader(file)
        }
