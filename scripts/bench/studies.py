#!/usr/bin/env python3
"""Times `hilum studies` on made-up tables of MIMIC-CXR's size, beside a pandas loop that makes the same records.

    scripts/bench/studies.py build/release/bin/hilum [--images 377110] [--runs 3]

The tables (metadata and split, gzip) are random: no real id or date. Images are not looked for, since there are none;
both sides write records with images, views, times, splits and all prior studies with their intervals. The pandas side
is left out where pandas is not installed.
"""
import argparse
import gzip
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time


def make_tables(folder, images):
    """As in MIMIC-CXR: 1.66 images a study, 3.5 studies a patient."""
    rng = random.Random(7)
    views = ["PA"] * 25 + ["AP"] * 38 + ["LATERAL"] * 21 + ["LL"] * 9 + [""] * 4
    meta = ["dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,"
            "StudyTime,ProcedureCodeSequence_CodeMeaning,ViewCodeSequence_CodeMeaning,"
            "PatientOrientationCodeSequence_CodeMeaning"]
    split = ["dicom_id,study_id,subject_id,split"]
    studies = list(range(50000000, 50000000 + int(images * 1.3)))
    rng.shuffle(studies)
    subject = 10000000
    made = 0
    while made < images:
        subject += rng.randint(1, 200)
        part = rng.choices(["train", "validate", "test"], [97, 1, 2])[0]
        for _ in range(min(1 + int(rng.expovariate(0.4)), 40)):
            study = studies.pop()
            date = f"{rng.randint(2110, 2200)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
            clock = f"{rng.randint(0, 235959) % 240000}"
            clock = f"{int(clock[-6:-4] or 0) % 24}{rng.randint(0, 59):02}{rng.randint(0, 59):02}.{rng.randint(0, 999)}"
            for _ in range(rng.choices([1, 2, 3], [45, 45, 10])[0]):
                name = hashlib.sha1(str(made).encode()).hexdigest()
                dicom = "-".join(name[i:i + 8] for i in range(0, 40, 8))
                meta.append(f'{dicom},{subject},{study},"CHEST (PA AND LAT)",{rng.choice(views)},2544,3056,{date},'
                            f"{clock},CHEST (PA AND LAT),postero-anterior,Erect")
                split.append(f"{dicom},{study},{subject},{part}")
                made += 1
                if made == images:
                    break
            if made == images:
                break
    for name, lines in (("metadata", meta), ("split", split)):
        with gzip.open(os.path.join(folder, f"mimic-cxr-2.0.0-{name}.csv.gz"), "wt", compresslevel=6) as out:
            out.write("\n".join(lines) + "\n")


def pandas_peer(folder, out_path):
    import pandas as pd
    meta = pd.read_csv(os.path.join(folder, "mimic-cxr-2.0.0-metadata.csv.gz"))
    split = pd.read_csv(os.path.join(folder, "mimic-cxr-2.0.0-split.csv.gz"))
    meta = meta.merge(split[["dicom_id", "split"]], on="dicom_id")
    clock = meta.StudyTime.astype(int).astype(str).str.zfill(6)
    meta["when"] = pd.to_datetime(meta.StudyDate.astype(str) + clock, format="%Y%m%d%H%M%S")
    meta["ViewPosition"] = meta.ViewPosition.fillna("unknown")
    with open(out_path, "w") as out:
        for subject, patient in meta.groupby("subject_id", sort=True):
            studies = []
            for study, rows in patient.groupby("study_id", sort=False):
                folder_of = f"files/p{str(subject)[:2]}/p{subject}/s{study}/"
                studies.append((rows.when.min(), study, rows.split.iloc[0], [
                    {"path": folder_of + d + ".jpg", "id": d, "view": v}
                    for d, v in zip(rows.dicom_id, rows.ViewPosition)]))
            studies.sort(key=lambda s: (s[0], s[1]))
            for i, (when, study, part, images) in enumerate(studies):
                priors = [{"id": f"s{other}", "interval_days": (when - then).total_seconds() / 86400, "images": pictures}
                          for then, other, _, pictures in reversed(studies[:i]) if then < when]
                out.write(json.dumps({"id": f"s{study}", "patient_id": f"p{subject}", "study_time": when.isoformat(),
                                      "split": part, "images": images, "priors": priors}) + "\n")


def timed(command, stdout):
    """Wall-clock seconds, processor seconds, peak MB of that process alone."""
    start = time.perf_counter()
    with open(stdout, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def count(path):
    records = priors = 0
    with open(path) as lines:
        for line in lines:
            records += 1
            priors += len(json.loads(line).get("priors", []))
    return records, priors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hilum")
    parser.add_argument("--images", type=int, default=377110)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", nargs=2, metavar=("TABLES", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument("--make", metavar="FOLDER", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.make:
        make_tables(args.make, args.images)
        return
    if args.peer:
        pandas_peer(*args.peer)
        return
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a child's peak counts what its parent held when it was started.
        subprocess.run([sys.executable, __file__, args.hilum, "--images", str(args.images), "--make", folder], check=True)
        ours, theirs = os.path.join(folder, "ours.jsonl"), os.path.join(folder, "peer.jsonl")
        command = [args.hilum, "studies", folder, "--no-check-files"]
        seconds, busy, peak = min(timed(command, ours) for _ in range(args.runs))
        records, priors = count(ours)
        print(f"hilum studies: {args.images} images, {records} studies, {priors} priors: "
              f"{seconds:.2f} s ({busy:.2f} s of processor), {peak:.0f} MB")
        try:
            import pandas
        except ImportError:
            print("pandas is not installed: no peer")
            return
        took = timed([sys.executable, __file__, args.hilum, "--peer", folder, theirs], os.devnull)
        if count(theirs) != (records, priors):
            sys.exit(f"the two sides differ: {count(theirs)} against {(records, priors)}")
        print(f"pandas {pandas.__version__}: the same studies and priors: "
              f"{took[0]:.2f} s ({took[1]:.2f} s of processor), {took[2]:.0f} MB, {took[1] / busy:.1f} times the work")


if __name__ == "__main__":
    main()
