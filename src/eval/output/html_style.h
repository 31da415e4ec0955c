// The style sheet of the evaluation page.
#pragma once

namespace hilum::eval {

inline constexpr const char* kHtmlStyle = R"css(
:root{--paper:#fcfcfa;--ink:#1d2327;--soft:#5c666d;--line:#dfe3e4;--card:#ffffff;--accent:#0f6e78;--band:#b9dde0;--add:#fbe3c6;--miss:#d9e5fb;--add-ink:#7a3f00;--miss-ink:#12408f}
@media (prefers-color-scheme:dark){:root{--paper:#14181a;--ink:#e6eaeb;--soft:#9aa5ab;--line:#2c3438;--card:#1b2124;--accent:#5fc3cd;--band:#24525a;--add:#4a3214;--miss:#1c3055;--add-ink:#ffd29b;--miss-ink:#b4cdff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.2rem;margin:2.6rem 0 .8rem}
h3{font-size:1rem;margin:1.6rem 0 .5rem}
p{margin:.3rem 0 1rem;max-width:44rem}
.soft{color:var(--soft);font-size:.875rem}
dl.stamp{display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;margin:0;font-size:.8125rem;color:var(--soft)}
dl.stamp div{display:flex;gap:.4rem}dl.stamp dd{margin:0;color:var(--ink)}
.score{display:grid;grid-template-columns:minmax(11rem,1.1fr) 5.5rem minmax(8rem,2fr) 10rem;gap:.2rem 1rem;align-items:center;padding:.5rem 0;border-top:1px solid var(--line)}
.score .name{font-weight:600;overflow-wrap:anywhere}.score .how{grid-column:1/-1;color:var(--soft);font-size:.8125rem;line-height:1.4}
.num{font-variant-numeric:tabular-nums;text-align:right}.range{font-variant-numeric:tabular-nums;color:var(--soft);font-size:.875rem}
.bar{position:relative;height:.7rem;background:var(--line);border-radius:.35rem;overflow:hidden}
.bar i{position:absolute;top:0;bottom:0;left:0;background:var(--accent)}
.bar b{position:absolute;top:0;bottom:0;background:var(--band);opacity:.9}
.bar u{position:absolute;top:0;bottom:0;width:3px;background:var(--accent)}
.finding{display:grid;grid-template-columns:minmax(10rem,1fr) minmax(6rem,2fr) 4rem;gap:1rem;align-items:center;padding:.3rem 0}
.tables{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
figure{margin:0;padding:.9rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
figcaption{font-weight:600;font-size:.875rem;margin-bottom:.4rem}
table{border-collapse:collapse;width:100%;font-size:.8125rem;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .35rem;text-align:right;font-weight:400}th{color:var(--soft)}th:first-child{text-align:left}
td.same{font-weight:700}td.zero{color:var(--soft);opacity:.6}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;margin:0 0 1rem}
.pair header{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:baseline}
.pair h4{margin:0 0 .25rem;font-size:.8125rem;color:var(--soft);font-weight:600}
.pair div{overflow-wrap:anywhere}
mark{background:var(--add);color:var(--add-ink);border-radius:.2rem;padding:0 .15rem}
mark.miss{background:var(--miss);color:var(--miss-ink);text-decoration:underline;text-decoration-style:dotted;text-underline-offset:.2em}
@media (max-width:42rem){main{padding:1.25rem 1rem 3rem}h1{font-size:1.4rem}.score{grid-template-columns:1fr 5rem}.score .bar{grid-column:1/-1}.score .range{grid-column:1/-1}.pair{grid-template-columns:1fr}.finding{grid-template-columns:1fr 4rem;gap:.2rem .8rem}.finding .bar{grid-column:1/-1;grid-row:2}}
@media print{body{background:#fff}.pair,figure{break-inside:avoid}}
)css";

}  // namespace hilum::eval
