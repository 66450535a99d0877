"""The migrated files are what the schema says, and the rows fit their tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table

from monitor.store import rows, schema
from monitor.store.files import DESK, JOURNAL, close, open_reader
from monitor.store.prepare import prepare


@pytest.mark.parametrize(("name", "metadata"), [(JOURNAL, schema.journal), (DESK, schema.desk)])
def test_migrations_make_what_the_schema_says(tmp_path: Path, name: str, metadata: MetaData) -> None:
    prepare(tmp_path)
    connection = open_reader(tmp_path / name)
    try:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        tables = connection.exec_driver_sql("PRAGMA table_list").mappings()
        ours = [table for table in tables if table["name"] in metadata.tables]
        assert len(ours) == len(metadata.tables)
        assert all(table["strict"] for table in ours)
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    finally:
        close(connection)


@pytest.mark.parametrize(
    ("row", "table"),
    [
        (rows.ObservationRow, schema.observation),
        (rows.CuffRow, schema.cuff),
        (rows.LinkRow, schema.link_change),
        (rows.VisitRow, schema.visit),
        (rows.PhaseRow, schema.phase_span),
        (rows.AlarmRow, schema.alarm_transition),
        (rows.AlarmStateRow, schema.alarm_state),
        (rows.OutcomeRow, schema.outcome),
        (rows.MarkRow, schema.mark),
        (rows.LimitRow, schema.limit_span),
        (rows.DeliveryRow, schema.delivery),
    ],
)
def test_a_row_has_the_fields_of_its_table_in_their_order(row: type, table: Table) -> None:
    given_by_the_store = {"id"} if "id" not in row._fields else set()
    given_by_the_store |= {"record"}
    assert list(row._fields) == [column.name for column in table.c if column.name not in given_by_the_store]


def test_the_natural_key_of_an_observation() -> None:
    key = [column.name for column in schema.observation.primary_key]
    assert key == ["chair", "metric", "at_ms", "device", "session", "seq"]


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    prepare(tmp_path)
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in (JOURNAL, DESK)}
    prepare(tmp_path)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in (JOURNAL, DESK)} == before
