"""Thresholds of the wrong type, or of a name that nobody reads: told with file and line, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from camket.messages import ToolFailed
from camket.parameters import check_parameters, fits
from support import PROJECT

HEADER = "parameter_id,value,value_type,unit,description_en,description_vi\n"
DEFAULTS = (
    'stale_days,184,integer,days,"Two lines\nof text",x\n'  # the next record starts on line 4
    "scope_start_date,2021-01-01,date,,x,x\nshare_pct,0.5,decimal,,x,x\nseverity_TIM-02,error,severity,,x,x\n"
)


def write(root: Path, defaults: str = DEFAULTS, own: str = "") -> tuple[Path, Path]:
    (root / "raw/reference").mkdir(parents=True)
    (root / "raw/reference/parameters.csv").write_text(HEADER + defaults, encoding="utf-8")
    (root / "raw/own").mkdir()
    (root / "raw/own/parameters.csv").write_text(HEADER + own, encoding="utf-8")
    return root, root / "raw/own"


def faults(*places: Path | object) -> list[str]:
    with pytest.raises(ToolFailed) as caught:
        check_parameters(*places, {"TIM-02"})
    assert caught.value.exit_code == 2 and caught.value.remedy
    return caught.value.message.splitlines()


@pytest.mark.parametrize("package", ["demonstration", "public-record"])
def test_those_of_the_project_are_in_order(package):
    check_parameters(PROJECT, PROJECT / "raw" / package)


def test_defaults_and_own_values_that_fit(tmp_path):
    check_parameters(*write(tmp_path, own="stale_days,365,integer,days,x,x\n"), {"TIM-02"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("184", "many", "line 2: the parameter stale_days is 'many', which is no integer"),
        ("184", "184.0", "line 2: the parameter stale_days is '184.0', which is no integer"),
        ("2021-01-01", "01/01/2021", "line 4: the parameter scope_start_date is '01/01/2021', which is no date"),
        ("2021-01-01", "20210101", "line 4: the parameter scope_start_date is '20210101', which is no date"),
        ("0.5", "0,5", "line 5: the parameter share_pct is '0', which is no 5"),
        ("0.5", "NaN", "line 5: the parameter share_pct is 'NaN', which is no decimal"),
        (",error,", ",grave,", "line 6: the parameter severity_TIM-02 is 'grave', which is no severity"),
        ("severity_TIM-02", "severity_TIM-77", "line 6: there is no rule TIM-77"),
        ("scope_start_date,2021-01-01,date", "stale_days,9,integer", "line 4: the parameter stale_days is there twice"),
    ],
)
def test_mistakes_in_the_defaults(tmp_path, old, new, said):
    assert faults(*write(tmp_path, DEFAULTS.replace(old, new))) == [f"raw/reference/parameters.csv, {said}"]


def test_mistakes_of_a_package_are_told_all_at_once(tmp_path):
    own = "stale_day,9,integer,,x,x\nstale_days,9,decimal,,x,x\nshare_pct,half,decimal,,x,x\n"
    assert faults(*write(tmp_path, own=own)) == [
        "raw/own/parameters.csv, line 2: there is no parameter 'stale_day' to set",
        "raw/own/parameters.csv, line 3: the parameter stale_days is of type decimal, its default is integer",
        "raw/own/parameters.csv, line 4: the parameter share_pct is 'half', which is no decimal",
    ]


def test_what_fits_a_type():
    assert (
        fits("-3", "integer") and fits("0.50", "decimal") and fits("2024-02-29", "date") and fits("error", "severity")
    )
    assert not any((fits("", "integer"), fits(None, "decimal"), fits("2023-02-29", "date"), fits("x", "text")))
