/** The page's only style: readable in light and dark, on a phone and on paper. */
export const PAGE_STYLE = `
:root{--ground:#fbfbfa;--card:#fff;--ink:#1c2024;--soft:#62686f;--rule:#e3e5e8;--own:#0b6bcb;--held:#a06b00;--gain:#1a8f4c;--loss:#c8372d}
@media(prefers-color-scheme:dark){:root{--ground:#111417;--card:#191d21;--ink:#e8eaed;--soft:#9aa2ab;--rule:#2c3238;--own:#5aa9f7;--held:#e0a83a;--gain:#3fbf76;--loss:#f0695e}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:960px;margin:0 auto;padding:20px 16px 48px}
h1{font-size:1.45rem;margin:0 0 4px}h2{font-size:1.02rem;margin:0 0 10px}
header p,.note,small{color:var(--soft)}.note{font-size:.86rem}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:16px;margin-top:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px;margin-top:16px}
.tiles>div{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:12px 14px;display:grid}
.tiles b{font-size:1.3rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}.scroll svg{min-width:560px}
svg{display:block;width:100%;height:auto}
.grid{stroke:var(--rule);stroke-width:1}.tick{fill:var(--soft);font-size:12px}
.line{fill:none;stroke-width:1.5;stroke-linejoin:round}.line.own{stroke:var(--own)}.line.held{stroke:var(--held);stroke-width:1.2}
.area{opacity:.18;stroke:none}.area.own,.bar.own{fill:var(--own)}.area.held,.bar.held{fill:var(--held)}
.gain{fill:var(--gain)}.lost{fill:var(--loss)}circle{opacity:.75}
.legend{margin:0 0 6px;font-size:.86rem;color:var(--soft)}.legend span{margin-right:16px}
.legend span::before{content:"";display:inline-block;width:14px;height:3px;margin-right:6px;vertical-align:middle;background:var(--own)}
.legend .held::before{background:var(--held)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.9rem}
th,td{padding:4px 8px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th:first-child,td:first-child{text-align:left}th{font-weight:500;color:var(--soft)}th[scope=row]{color:var(--ink);white-space:pre}
td{overflow-wrap:anywhere}.months{font-size:.78rem}.months td,.months th{padding:3px 5px}.sum{font-weight:600}
ul{margin:0;padding-left:20px}summary{cursor:pointer;margin-top:10px;color:var(--soft)}
@media print{section,.tiles>div{break-inside:avoid}}
`.replaceAll('\n', '');
