/**
 * The report's style sheet. `b0`…`b6` (blue) and `o0`…`o5` (orange) are the ramps of heat maps: each step includes the
 * colour of its text, at a contrast of 4.5:1 or more. Print always uses the light theme.
 */
export const STYLE = `
:root{--page:#fff;--ink:#1a1d21;--soft:#555d66;--rule:#dcdfe3;--faint:#f4f5f7;--accent:#1d5f94;--warm:#a83f1c;--good:#1d6b3b;
--shade:#00000026;
--b0:#f1f4f7;--b1:#d8e5f0;--b2:#b3cee4;--b3:#86b1d4;--b4:#5592c0;--b5:#286aa0;--b6:#104674;
--k0:#14171a;--k1:#14171a;--k2:#14171a;--k3:#14171a;--k4:#0b0d0f;--k5:#fff;--k6:#fff;
--o0:#fcf1ec;--o1:#f7d8cb;--o2:#f0b59d;--o3:#e48c69;--o4:#c9593a;--o5:#962f12;
--ok0:#14171a;--ok1:#14171a;--ok2:#14171a;--ok3:#14171a;--ok4:#000;--ok5:#fff;
--p0:#5592c0;--p1:#d98b3a;--p2:#6a9f58;--p3:#a06cb0;--p4:#8a8f96;--p5:#c25b5b}
@media screen and (prefers-color-scheme:dark){:root{--page:#14171a;--ink:#e6e8ea;--soft:#a5adb6;--rule:#333a41;--faint:#1c2126;--accent:#8cc1ea;--warm:#f09c7c;--good:#83cf9d;--shade:#ffffff2b;
--b0:#1e242a;--b1:#1d3346;--b2:#20496a;--b3:#285f8d;--b4:#4a87b8;--b5:#83b4da;--b6:#c4def2;
--k0:#e6e8ea;--k1:#e6e8ea;--k2:#fff;--k3:#fff;--k4:#000;--k5:#0b0d0f;--k6:#0b0d0f;
--o0:#2b211d;--o1:#48291f;--o2:#6d3522;--o3:#95462a;--o4:#d57c58;--o5:#f5b69c;
--ok0:#e6e8ea;--ok1:#e6e8ea;--ok2:#fff;--ok3:#fff;--ok4:#000;--ok5:#0b0d0f}}
*{box-sizing:border-box}
html{scroll-padding-top:3.6rem;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{max-width:66rem;margin:0 auto;padding:2.5rem clamp(1rem,4vw,2.5rem) 3rem}
h1,h2,h3{line-height:1.2;font-weight:650;letter-spacing:-.012em;overflow-wrap:anywhere}
h1{font-size:clamp(1.6rem,5vw,2.4rem);margin:.1rem 0 .4rem}
h2{font-size:1.4rem;margin:0 0 .6rem}
h3{font-size:1.02rem;margin:1.8rem 0 .5rem}
p{max-width:42rem;margin:.5rem 0 1rem}
a{color:var(--accent)}
bdi{unicode-bidi:isolate;overflow-wrap:anywhere}
section{margin-top:2.6rem;padding-top:1.5rem;border-top:1px solid var(--rule)}
.kind{margin:0;color:var(--soft);font-size:.9rem}
.description{font-size:1.08rem;color:var(--soft)}
.small{font-size:.85rem;color:var(--soft)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
nav{position:sticky;top:0;z-index:1;margin:1.6rem 0 0;background:var(--page);border-bottom:1px solid var(--rule)}
nav ul{display:flex;gap:1.15rem;list-style:none;margin:0;padding:0 2rem 0 0;overflow-x:auto;mask:linear-gradient(90deg,#000 calc(100% - 2rem),transparent);font-size:.92rem;white-space:nowrap;scrollbar-width:none}
nav a{display:block;padding:.75rem 0;text-decoration:none}
nav a:hover,nav a:focus-visible{text-decoration:underline}
nav+main>section:first-child{border-top:0;margin-top:1rem}
dl{margin:0}
dd{margin:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:1.3rem 1.4rem;margin-top:1.6rem}
.compared{margin:.4rem 0 1.2rem;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr))}
@media (max-width:36rem){.compared div:last-child{grid-column:1/-1}}
.lower{color:var(--warm)}
.higher{color:var(--good)}
.figures dt{color:var(--soft);font-size:.9rem}
.figures b{display:block;font-size:1.7rem;line-height:1.25;font-weight:650;letter-spacing:-.015em;font-variant-numeric:tabular-nums}
.figures dd>span{display:block;font-size:.87rem;line-height:1.4;color:var(--soft)}
.facts div{display:grid;grid-template-columns:11.5rem minmax(0,1fr);gap:0 1rem;padding:.32rem 0}
.facts dt{color:var(--soft)}
.facts dd{overflow-wrap:anywhere}
@media (max-width:36rem){.facts div{grid-template-columns:1fr;padding:.4rem 0}.facts dt{font-size:.87rem}.figures{grid-template-columns:1fr 1fr;gap:1.1rem 1rem}.figures b{font-size:1.35rem}}
.scroll{overflow-x:auto;max-width:100%;background:linear-gradient(90deg,var(--page) 30%,transparent) 0 0/2rem 100% no-repeat local,linear-gradient(270deg,var(--page) 30%,transparent) 100% 0/2rem 100% no-repeat local,linear-gradient(90deg,var(--shade),transparent) 0 0/.7rem 100% no-repeat scroll,linear-gradient(270deg,var(--shade),transparent) 100% 0/.7rem 100% no-repeat scroll}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
table{border-collapse:collapse;font-size:.94rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.87rem;padding-bottom:.35rem}
th,td{text-align:left;padding:.36rem 1.3rem .36rem 0;vertical-align:baseline;font-weight:400;white-space:nowrap}
tr>:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.87rem;border-bottom:1px solid var(--rule);vertical-align:bottom}
tbody tr+tr>*{border-top:1px solid var(--rule)}
tbody th{font-weight:600}
tbody th bdi{display:inline-block;max-width:22rem;white-space:normal;overflow-wrap:break-word}
.number{text-align:right}
abbr{text-decoration:none}
svg{display:block}
.interval,.axis{width:12.5rem}
.bar{width:7rem;height:5px;margin:.22rem 0 0 auto;background:var(--faint)}
.bar rect{fill:var(--accent)}
.stack{width:100%;height:1.75rem;margin:.6rem 0 .9rem}
.swatch{display:inline-block;width:.75rem;height:.75rem;margin-right:.4rem}
.part0{fill:var(--p0)}.part1{fill:var(--p1)}.part2{fill:var(--p2)}.part3{fill:var(--p3)}.part4{fill:var(--p4)}.part5{fill:var(--p5)}
.note{border-left:3px solid var(--warm);padding-left:.9rem}
figure{margin:0}
figcaption{font-size:.9rem;color:var(--soft);max-width:44rem;margin-top:.5rem}
figcaption b{color:var(--ink)}
figure+figure{margin-top:1.8rem}
img{image-rendering:pixelated;background:#808080}
.sheet{display:block;width:100%;height:auto;min-height:1rem}
.tall{max-width:34rem}
.fine{image-rendering:auto}
.neurons{display:flex;flex-wrap:wrap;gap:1.1rem 1.4rem}
.neurons figure,.matrices figure{margin:0}
.pair{display:flex;gap:3px}
.neurons img{width:5rem;height:auto}
.tiles{display:block;max-width:100%;height:auto}
.kernels{display:flex;flex-wrap:wrap;gap:.8rem 1.6rem}
.kernels>div{flex:0 1 28rem;min-width:min(100%,12rem)}
.kernels p{margin:0 0 .3rem;font-size:.87rem;color:var(--soft)}
.matrices .pair{flex-direction:column;gap:6px}
.matrices img{width:100%;height:auto;max-width:48rem;min-height:1.5rem;max-height:30rem;object-fit:fill}
.neurons figcaption,.matrices figcaption{margin-top:.2rem;font-size:.82rem}
.b0{--c:var(--b0);--k:var(--k0)}.b1{--c:var(--b1);--k:var(--k1)}.b2{--c:var(--b2);--k:var(--k2)}.b3{--c:var(--b3);--k:var(--k3)}.b4{--c:var(--b4);--k:var(--k4)}.b5{--c:var(--b5);--k:var(--k5)}.b6{--c:var(--b6);--k:var(--k6)}
.o0{--c:var(--o0);--k:var(--ok0)}.o1{--c:var(--o1);--k:var(--ok1)}.o2{--c:var(--o2);--k:var(--ok2)}.o3{--c:var(--o3);--k:var(--ok3)}.o4{--c:var(--o4);--k:var(--ok4)}.o5{--c:var(--o5);--k:var(--ok5)}
td[class^="b"],td[class^="o"],.legend li{background:var(--c);color:var(--k)}
.heat{width:100%;max-width:21rem;font-size:12.5px}
.heat rect{fill:var(--c)}
.heat text{fill:var(--k);text-anchor:middle;font-variant-numeric:tabular-nums}
.heat .tick{fill:var(--soft)}
.maps-of-layer>div{display:flex;flex-wrap:wrap;gap:1.2rem 2.4rem}
.maps-of-layer>div>div{flex:0 1 21rem;min-width:min(100%,17rem)}
.maps-of-layer p{margin:0 0 .3rem;font-size:.87rem}
.legend{display:flex;flex-wrap:wrap;gap:0;list-style:none;margin:0 0 1.3rem;padding:0;font-size:.82rem}
.legend li{padding:.2rem .6rem}
.interval{overflow:visible;height:1rem;position:relative;top:.2rem}
.interval .track{stroke:var(--rule);fill:none}
.interval .range{stroke:var(--accent);stroke-width:2;fill:none}
.interval circle{fill:var(--accent)}
.interval .ring{fill:none;stroke:var(--ink);stroke-width:1.3}
.axis{display:flex;justify-content:space-between}
.confusion th,.confusion td{padding:.36rem .25rem;min-width:2.9rem;text-align:center;border:1px solid var(--page)!important}
.confusion thead th{border-bottom:0}
.confusion tbody th{text-align:right;padding-right:.6rem;min-width:1.6rem}
.confusion bdi{white-space:nowrap}
.confusion tr>*{vertical-align:middle}
.confusion .none{color:var(--soft)}
@media (max-width:36rem){.confusion{font-size:.76rem}.confusion th,.confusion td{min-width:1.9rem;padding:.35rem .1rem}}
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(6rem,1fr));gap:1.1rem .9rem;list-style:none;margin:0;padding:0}
.mistakes img{display:block;width:4.5rem;height:auto;margin-bottom:.25rem}
.mistakes span{display:block;line-height:1.35}
.mistakes .small{font-size:.8rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.87rem}
code{font-size:.92em}
@media (max-width:36rem){.sheet{image-rendering:auto}tbody th bdi{max-width:10.5rem}th,td{padding-right:.8rem}table{font-size:.87rem}.bar{width:4.5rem}.interval,.axis{width:7rem}}
@media print{@page{margin:16mm}html{font-size:10.5pt}body{max-width:none;padding:0}nav{display:none}
section{margin-top:1.6rem;padding-top:1rem}
figure,tr,.mistakes li,.figures div,h2,h3{break-inside:avoid}h2,h3,caption,h2+p,h3+p{break-after:avoid}
.sheet,.matrices img{max-width:130mm}.scroll{overflow:visible}.tall{max-width:100mm}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.figures{grid-template-columns:repeat(auto-fit,minmax(30mm,1fr));gap:4mm}.figures b{font-size:14pt}p,.scroll{break-inside:avoid}.scroll{background:none}.heat{max-width:78mm}table{font-size:9pt}.bar{width:20mm}}
`;
