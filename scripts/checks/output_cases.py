"""The commands that compare_outputs.py runs, spelled as the program is now; how they were spelled, what may differ."""
import dataclasses
import shlex

# (command or *, word now): word before; None: the program before has no such option, and the case goes without.
RENAMED = {
    ("label", "--bundle"): "--model",
    ("entities", "--bundle"): "--model",
    ("evaluate", "--bundle"): "--model",
    ("studies", "--layout"): "--format",
    ("evaluate", "--lines"): "--text",
    ("evaluate", "--structured-pairs"): "--structured",
}

# What differs on purpose: regular expressions on the whole name of the case and of the part, and why.
LISTED = [
    (r".*/(binary|bad csv|no_header.*)", r".*standard error", "records that could not be read are counted with their reason"),
    (r".*/resume|.*retrieve/bad records", r"[23]: (exit code|standard error)|file o.*", "failed records are tried again, and count"),
    (r"index/append", r"2: standard error", "the index itself is named, and all of its cases"),
    (r"evaluate/(min|max) (unknown|malformed)", r".*", "bounds are checked before the work"),
    (r"other/model info.*", r"standard output", "what each role gives stands beside its file"),
    (r".*/unknown option|other/(model|index|--config none.ini label|evaluate --preset|inspect|studies|retrieve)", r".*standard error",
     "the command is told from option values, and the program named once"),
    (r"other/help( exit-codes| limits)?", r"standard output", "file_invalid, --markdown and --bundle are new"),
    (r"evaluate/metric (bertscore|srr-bert|radgraph|ratescore|green|crimson|no-such)", r".*standard error",
     "what a metric needs is told by the table of metrics"),
    (r"evaluate/radmatch", r"standard error", "a line that cannot be read is named by file and number"),
    (r"evaluate/per sample", r"file page.html", "the page names the program's commit"),
    (r"evaluate/default table", r"standard output", "the table shows what people look at; --all the rest"),
]
# Lines on standard error that only one of the programs prints, and why.
LISTED_LINES = [
    (r"hilum: warning: .*: no record has '.*' \(.*\)", "a key that no record has is warned of"),
]


@dataclasses.dataclass
class Step:
    words: list
    stdin: object = b""    # bytes, or the name of an input or of a file that an earlier step left
    keep: str = ""         # keep standard output under this name, for a later step


@dataclasses.dataclass
class Case:
    name: str
    steps: list
    env: dict = dataclasses.field(default_factory=dict)


def step(line, stdin=b"", keep=""):
    return Step(shlex.split(line), stdin, keep)


TINY = "{repo}/tests/data/bundles/tiny-"
TEXT_COMMANDS = ["label", "label --explain", "label --scheme nih14 --policy positive", "entities", "entities --mode sei-compat",
                 "entities --structured", "structure", "factcheck", "factcheck --apply", "factcheck --claims-only",
                 "sections", "diff"]
TEXT_INPUTS = ["reports.jsonl", "two_texts.jsonl", "sentences.jsonl", "measured.jsonl", "labelled.jsonl", "evidence.jsonl",
               "report.txt", "broken.jsonl", "latin1.jsonl", "deep.jsonl", "empty", "binary", "wrong_types.jsonl"]


def text_cases():
    for command in TEXT_COMMANDS:
        for name in TEXT_INPUTS:
            yield f"{command}/{name}", [step(command, name)]
        yield f"{command}/csv", [step(f"{command} --csv {{in}}/texts.csv --column report")]
        yield f"{command}/csv without that column", [step(f"{command} --csv {{in}}/texts.csv --column none")]
        yield f"{command}/bad csv", [step(f"{command} --csv {{in}}/no_header.csv --column a")]
        yield f"{command}/keys", [step(f"{command} --text-key report.findings,report.impression", "two_texts.jsonl")]
        yield f"{command}/no such key", [step(f"{command} --text-key nowhere.at.all", "reports.jsonl")]
        yield f"{command}/resume", [step(f"{command} --resume out.jsonl", "sentences.jsonl"),
                                    step(f"{command} --resume out.jsonl", "sentences.jsonl")]
        yield f"{command}/unknown option", [step(f"{command} --no-such-option", "reports.jsonl")]
    for dialect, name in (("mit", "mimic.txt"), ("sei", "mimic.txt"), ("iu", "iu.xml")):
        yield f"sections/{dialect}", [step(f"sections --dialect {dialect}", name)]
    yield "sections/main", [step("sections --main-section", "mimic.txt")]
    yield "structure/check", [step("structure --check", "structured.jsonl")]
    yield "structure/reverse", [step("structure --reverse", "structured.jsonl")]
    yield "structure/there and back", [step("structure", "reports.jsonl", keep="s.jsonl"),
                                       step("structure --reverse --text-key structured.text", "s.jsonl")]
    yield "diff/view", [step("diff --view {in}/draft.txt {in}/final.txt")]
    yield "diff/files", [step("diff {in}/draft.txt {in}/final.txt")]
    yield "diff/to", [step("diff --to reference.findings --text-key report.findings", "two_texts.jsonl")]
    yield "diff/missing file", [step("diff {in}/draft.txt none.txt")]
    yield "entities/radgraph json", [step("entities --radgraph-json g.json", "sentences.jsonl"),
                                     step("entities --radgraph g.json"), step("entities --radgraph g.json --mode sei-compat")]
    yield "entities/table", [step("entities --structured-table t.csv", "two_texts.jsonl"), step("entities --from-table t.csv")]
    yield "entities/radgraph missing", [step("entities --radgraph none.json")]
    yield "factcheck/fail on", [step("factcheck --fail-on contradicted", "evidence.jsonl")]
    for prior in ("yes", "no"):
        yield f"factcheck/prior {prior}", [step(f"factcheck --prior {prior}", "evidence.jsonl")]
    yield "factcheck/measure", [step(f"factcheck --measure --bundle {TINY}anatomy --spacing 0.5,0.5", "films.jsonl")]
    yield "factcheck/report key", [step("factcheck --report reference.findings", "two_texts.jsonl")]
    yield "chain/entities label factcheck", [step("entities", "reports.jsonl", keep="a"), step("label", "a", keep="b"),
                                             step("factcheck", "b")]


def model_text_cases():
    yield "label/chexbert", [step(f"label --bundle {TINY}chexbert", "sentences.jsonl")]
    yield "label/chexbert policy", [step(f"label --bundle {TINY}chexbert --policy ignore", "reports.jsonl")]
    yield "label/wrong bundle", [step(f"label --bundle {TINY}anatomy", "sentences.jsonl")]
    yield "label/no bundle", [step("label --bundle no-such-bundle", "sentences.jsonl")]
    yield "entities/model", [step(f"entities --bundle {TINY}radgraph", "sentences.jsonl")]
    yield "entities/model sei", [step(f"entities --bundle {TINY}radgraph --mode sei-compat --radgraph-json g.json",
                                      "sentences.jsonl")]
    for metrics, bundle in (("bertscore", "texts"), ("srr-bert", "texts"), ("chexpert", "chexbert")):
        yield f"evaluate/model {metrics}", [step(f"evaluate --bundle {TINY}{bundle} --metrics {metrics} --format json "
                                                 "--resamples 50", "pairs.jsonl")]
    yield "evaluate/model idf", [step(f"evaluate --bundle {TINY}texts --metrics bertscore --bertscore-idf --format json "
                                      "--resamples 50 --per-sample s.csv", "pairs.jsonl")]
    yield "evaluate/similarity encoder", [step(f"evaluate --bundle {TINY}texts --metrics lunguage --similarity encoder "
                                               "--format json --resamples 20", "pairs.jsonl")]


CSV = "--csv {in}/pairs.csv --id images_id --hypothesis pred_report --reference ground_truth"
METRICS = ["bleu", "rouge-l", "cider", "meteor", "rouge-google", "bleu2-fastbleu", "length", "temporal", "prior", "chexpert",
           "entity-f1", "clinical", "measurement", "consistency", "srrg", "lunguage", "extraction", "bertscore", "srr-bert",
           "radgraph", "radcliq", "ratescore", "factchexcker", "green", "crimson"]


def evaluate_cases():
    fast = "--resamples 100 --trials 200"
    for preset in ("default", "sei", "evoke", "mlrg", "r2gen", "r2gen-iu", "rexrank", "radeval", "coco", "no-such"):
        yield f"evaluate/preset {preset}", [step(f"evaluate {CSV} --preset {preset} --format json {fast}")]
    for metric in METRICS + ["no-such", "bleu,rouge-l,chexpert"]:
        yield f"evaluate/metric {metric}", [step(f"evaluate {CSV} --metrics {metric} --format json {fast}")]
    for form in ("table", "csv", "latex", "json"):
        words = f"evaluate {CSV} --metrics bleu,rouge-l,chexpert --format {form} {fast}"
        yield f"evaluate/format {form}", [step(words)]
        yield f"evaluate/two systems {form}", [step(f"evaluate {CSV} --csv {{in}}/pairs_other.csv --name ours --name theirs "
                                                    f"--metrics bleu,entity-f1 --format {form} {fast}")]
    yield "evaluate/default table", [step(f"evaluate {CSV} --format table {fast}")]
    yield "evaluate/records", [step(f"evaluate --by-patient --format json {fast}", "pairs.jsonl")]
    yield "evaluate/records file", [step(f"evaluate --records {{in}}/pairs.jsonl --format csv {fast}")]
    yield "evaluate/json", [step(f"evaluate --json {{in}}/pairs.json --format csv {fast}")]
    yield "evaluate/text", [step(f"evaluate --lines {{in}}/hypotheses.txt --references {{in}}/references.txt --format csv {fast}")]
    yield "evaluate/per sample", [step(f"evaluate {CSV} --per-sample s.jsonl -o out.json --html page.html --format json {fast}")]
    yield "evaluate/one", [step("evaluate --one {in}/draft.txt {in}/final.txt")]
    yield "evaluate/structured", [step("evaluate --structured-pairs {in}/lunguage.jsonl --metrics lunguage --similarity exact "
                                       f"--format json {fast}")]
    yield "evaluate/radmatch", [step(f"evaluate --radmatch {{in}}/radmatch.jsonl --format json {fast}")]
    yield "evaluate/min holds", [step(f"evaluate {CSV} --metrics bleu --min BLEU-4=0.01 --format csv {fast}")]
    yield "evaluate/min fails", [step(f"evaluate {CSV} --metrics bleu --min BLEU-4=0.99 --format csv {fast}")]
    yield "evaluate/max fails", [step(f"evaluate {CSV} --metrics bleu --max BLEU-4=0.01 --format csv {fast}")]
    yield "evaluate/min unknown", [step(f"evaluate {CSV} --metrics bleu --min NOPE=1 --format csv {fast}")]
    yield "evaluate/min malformed", [step(f"evaluate {CSV} --metrics bleu --min foo --format csv {fast}")]
    yield "evaluate/no column", [step("evaluate --csv {in}/pairs.csv --id images_id --hypothesis none --reference ground_truth")]
    yield "evaluate/no file", [step("evaluate --csv none.csv")]
    for name in ("broken.jsonl", "empty", "binary", "wrong_types.jsonl", "reports.jsonl"):
        yield f"evaluate/{name}", [step(f"evaluate --format json {fast}", name)]
    yield "evaluate/uncorrected test", [step(f"evaluate {CSV} --csv {{in}}/pairs_other.csv --metrics bleu --test uncorrected "
                                             f"--format json {fast}")]
    yield "evaluate/cut", [step(f"evaluate {CSV} --cut-hypothesis 5 --cut-reference 7 --preprocessing ptb --format csv {fast}")]
    for policy in ("uncertain-negative", "mention", "negation"):
        yield f"evaluate/label policy {policy}", [step(f"evaluate {CSV} --metrics chexpert --label-policy {policy} "
                                                       f"--format csv {fast}")]


def image_cases():
    yield "studies/folder", [step("studies {in}/films --dropped d.jsonl")]
    yield "studies/verbose", [step("-v studies {in}/films")]
    yield "studies/unit image", [step("studies {in}/films --unit image --limit 3")]
    yield "studies/one study", [step("studies {in}/films/s0/pa.png {in}/films/s0/lateral.png --one-study")]
    yield "studies/layout", [step("studies {in}/films --layout folder --views frontal")]
    yield "studies/bad layout", [step("studies {in}/films --layout nope")]
    yield "studies/shard", [step("studies {in}/films --shard 1/2")]
    yield "studies/resume", [step("studies {in}/films --limit 2 --resume o.jsonl"), step("studies {in}/films --resume o.jsonl")]
    yield "studies/nothing", [step("studies none")]
    yield "studies/text file", [step("studies {in}/report.txt")]
    yield "inspect/png", [step("inspect {in}/films/s0/pa.png {in}/films/phantom.dcm")]
    yield "inspect/pixels", [step("inspect {in}/films/phantom.dcm --pixels p.png --png m.png")]
    yield "inspect/bundle", [step(f"inspect {{in}}/films/s0/pa.png --png m.png --bundle {TINY}bpe")]
    yield "inspect/broken", [step("inspect {in}/films/s1/broken.png {in}/report.txt none.dcm {in}/films/s0/pa.png")]
    anatomy = f"--bundle {TINY}anatomy"
    yield "measure/tiny", [step(f"measure {anatomy} --masks m --overlay o {{in}}/films/s0/pa.png {{in}}/films/s2/pa.png")]
    yield "measure/records", [step(f"measure {anatomy}", "films_bad.jsonl")]
    yield "measure/table", [step(f"measure {anatomy} --format table", "films.jsonl")]
    yield "measure/resume", [step(f"measure {anatomy} --resume o", "film.jsonl"), step(f"measure {anatomy} --resume o", "films.jsonl")]
    yield "measure/landmarks bundle", [step(f"measure --bundle {TINY}landmarks --spacing 0.5,0.5", "films.jsonl")]
    yield "measure/points", [step("measure --bundle none --landmarks {in}/points.csv --spacing 0.7,0.7 {in}/films/s0/pa.png")]
    yield "measure/hilum-anatomy", [step("measure {in}/films/phantom.dcm --masks m --overlay o")]
    yield "measure/not a bundle", [step("measure --bundle nope", "films.jsonl")]
    yield "measure/bad spacing", [step("measure --spacing x {in}/films/s0/pa.png")]


def generate_cases():
    for name in ("bpe", "wordlevel", "sentencepiece", "r2gen", "gpt2"):
        yield f"generate/{name}", [step(f"generate - --bundle {TINY}{name}", "films.jsonl")]
        yield f"generate/{name} text", [step(f"generate {{in}}/films/s0/pa.png --bundle {TINY}{name} --format text")]
    bundle = f"--bundle {TINY}bpe"
    yield "generate/bad records", [step(f"generate - {bundle} --batch 2", "films_bad.jsonl")]
    yield "generate/broken records", [step(f"generate - {bundle}", "broken.jsonl")]
    yield "generate/wrong types", [step(f"generate - {bundle}", "wrong_types.jsonl")]
    yield "generate/folder", [step(f"generate {{in}}/films {bundle}")]
    yield "generate/images", [step(f"generate {{in}}/films/s0/pa.png {{in}}/films/s3/pa.png {bundle} --greedy")]
    yield "generate/views", [step(f"generate {{in}}/films/s0/pa.png {bundle} --views {{in}}/films/s0/lateral.png --indication Cough")]
    yield "generate/prior", [step(f"generate {{in}}/films/s0/pa.png {bundle} --prior-image {{in}}/films/s4/pa.png "
                                  "--prior-report {in}/draft.txt")]
    yield "generate/priors", [step(f"generate - {bundle}", "priors.jsonl")]
    for words in ("--beam 3", "--sampling --seed 7 --top-k 5 --temperature 0.8", "--sampling --top-p 0.5 --seed 3", "--samples 3",
                  "--max-tokens 4", "--min-tokens 3", "--no-repeat-ngram 2", "--forbid effusion", "--require heart",
                  "--priors allow", "--priors forbid", "--attention", "--attention-png pictures", "--abstain 0.9",
                  "--predictions-only", "--replicas 2 --batch 1", "--no-similar"):
        yield f"generate/{words}", [step(f"generate - {bundle} {words}", "films.jsonl")]
    yield "generate/resume", [step(f"generate - {bundle} --resume o", "film.jsonl"), step(f"generate - {bundle} --resume o", "films.jsonl")]
    yield "generate/no such bundle", [step("generate - --bundle nope", "films.jsonl")]
    yield "generate/no decoder", [step(f"generate - --bundle {TINY}anatomy", "films.jsonl")]
    yield "generate/hilum-base", [step("generate {in}/films/phantom.dcm --indication 'Cough and fever.'")]
    yield "generate/hilum-base text", [step("generate {in}/films/phantom.dcm --format text")]
    yield "generate/hilum-base records", [step("generate - --samples 2 --attention", "priors.jsonl")]
    yield "generate/chain", [step("generate {in}/films/phantom.dcm", keep="a"), step("factcheck --apply", "a"), step("label", "a"),
                             step("entities", "a")]


def index_cases():
    tiny = f"--bundle {TINY}wordlevel"
    for kind, words in (("flat", "--reports"), ("fp16 rows", "--vector rows --storage fp16"), ("int8", "--storage int8"),
                        ("hnsw", "--kind hnsw"), ("ivf", "--kind ivf")):
        yield f"index/{kind}", [step(f"index build a.hidx {tiny} {words}", "films.jsonl"), step("index info a.hidx"),
                                step(f"retrieve --index a.hidx {tiny} --top 3 --reports", "films.jsonl")]
    yield "index/append", [step(f"index build a.hidx {tiny} --reports", "film.jsonl"),
                           step(f"index append a.hidx {tiny} --reports", "films_bad.jsonl"), step("index info a.hidx")]
    yield "index/exists", [step(f"index build a.hidx {tiny}", "film.jsonl"), step(f"index build a.hidx {tiny}", "film.jsonl")]
    yield "index/empty", [step(f"index build a.hidx {tiny}", "empty")]
    yield "index/broken", [step(f"index build a.hidx {tiny}", "broken.jsonl")]
    yield "index/no index", [step("index info none.hidx"), step(f"retrieve --index none.hidx {tiny}", "films.jsonl")]
    yield "index/other bundle", [step(f"index build a.hidx {tiny}", "films.jsonl"),
                                 step(f"retrieve --index a.hidx --bundle {TINY}bpe", "films.jsonl")]
    aligned = f"--bundle {TINY}aligned"
    yield "retrieve/words", [step(f"index build a.hidx {aligned}", "films.jsonl"),
                             step(f"retrieve --index a.hidx {aligned} --text 'left effusion' --top 2"),
                             step(f"retrieve --index a.hidx {aligned} --query facts", "films.jsonl"),
                             step(f"retrieve --index a.hidx {aligned} --query reference.findings --min-score 0.1", "films_bad.jsonl")]
    yield "retrieve/bad records", [step(f"index build a.hidx {tiny}", "films.jsonl"),
                                   step(f"retrieve --index a.hidx {tiny} --resume o", "films_bad.jsonl"),
                                   step(f"retrieve --index a.hidx {tiny} --resume o", "films_bad.jsonl")]


def other_cases():
    for words in ("model list", "model info", "model info hilum-anatomy", f"model info {TINY}bpe", f"model verify {TINY}r2gen",
                  f"model selftest {TINY}wordlevel", "model info nope", "model verify nope", f"model info {TINY}radgraph", "model",
                  f"model trace {TINY}bpe --inputs none.safetensors", "index", "help", "help exit-codes", "help limits",
                  "--version", "", "labl", "--no-such", "help nothing", "--config none.ini label", "evaluate --preset",
                  "generate", "inspect", "studies", "retrieve", "--log-level loud label", "-q label", "--log-level off label"):
        yield f"other/{words}", [step(words)]


def data_cases(data):
    reports = data / "iu_reports"
    for command in ("label --explain", "entities", "entities --structured", "structure", "factcheck --apply",
                    "diff --text-key report.findings"):
        yield f"iu/{command}", [step(command, "iu.jsonl")]
    yield "iu/evaluate", [step("evaluate --format json --resamples 50", "iu.jsonl")]
    for name, words in (("NLMCXR_reports.tgz", ""), ("indiana_reports.csv", ""), ("ReXRank_IUXray_test.json", "")):
        yield f"studies/{name}", [step(f"studies {reports / name} {words} --no-check-files --limit 200 --dropped d")]
    films = sorted(p for folder in ("dicom/chest", "dicom/other_cr_codecs") for p in (data / folder).glob("*.dcm"))[:12]
    yield "data/inspect", [step("inspect " + " ".join(str(p) for p in films))]
    yield "data/studies dicom", [step(f"studies {data / 'dicom/chest'} --dropped d")]
    yield "data/measure", [step("measure --masks m " + " ".join(str(p) for p in films[:3]))]
    pictures = sorted((data / "xrays/img").glob("*"))[:4]
    yield "data/generate", [step("generate " + " ".join(str(p) for p in pictures))]


COMMANDS = ("studies inspect measure sections entities label structure index retrieve generate factcheck diff evaluate model help "
            "model-list model-info model-verify model-selftest model-trace index-build index-append index-merge index-info")


def cases(inputs, data, help_texts):
    groups = [text_cases(), model_text_cases(), evaluate_cases(), image_cases(), generate_cases(), index_cases(), other_cases()]
    if data:
        groups.append(data_cases(data))
    if help_texts:
        groups.append((f"help/{c}", [step(c.replace("-", " ") + " --help")]) for c in COMMANDS.split())
        groups.append([("help/all", [step("--help")])])
    return [Case(name, steps) for group in groups for name, steps in group]
