import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuski import demo


@dataclass(frozen=True)
class Company:
    files: demo.DemoFiles
    responses: pa.Table
    customers: pa.Table
    efforts: pa.Table
    truth: dict[str, Any]

    def joined(self) -> dict[str, np.ndarray]:
        """The distinct answers with a valid score, with what the customers were before."""
        responses = self.responses.to_pydict()
        _, first = np.unique(np.array(responses["answer_id"]), return_index=True)
        kept = first[np.array(responses["score"])[first] != 9]
        customer = np.array(responses["customer_id"])[kept]
        columns = {
            name: np.array(responses[name])[kept]
            for name in ("score", "weight", "spend_after", "agent_id", "answered_on")
        }
        alike = ("past_spend", "tenure_years", "visits_a_year")
        before = np.column_stack([self.customers[name].to_numpy()[customer - 1] for name in alike])
        return columns | {"customer": customer, "alike": before.astype(float)}


def read(files: demo.DemoFiles) -> Company:
    return Company(
        files=files,
        responses=pq.read_table(files.responses),
        customers=pq.read_table(files.customers),
        efforts=pq.read_table(files.efforts),
        truth=json.loads(files.truth.read_text(encoding="utf-8")),
    )


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company of 20,000."""
    folder: Path = tmp_path_factory.mktemp("demo")
    return read(demo.write(folder, customers=20_000, seed=4))


@pytest.fixture(scope="session")
def whole_company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company of the documents: 50,000 customers, seed 1."""
    return read(demo.write(tmp_path_factory.mktemp("whole")))
