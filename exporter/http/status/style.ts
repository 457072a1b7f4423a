/** Of the status page. Every colour of text has 4.5:1 on its ground, every other one that tells something 3:1. */
export const STATUS_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f8; --card: #fff; --line: #e3e6ea; --text: #16191d; --quiet: #5a636e;
  --up: #1a7f4e; --some: #b26a00; --down: #c42b2b; --none: #8b94a0;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1215; --card: #171b20; --line: #2a3037; --text: #e8ebee; --quiet: #9ea8b3;
    --up: #3fb57c; --some: #e0a33e; --down: #f2766d; --none: #717b87;
  }
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--ground); color: var(--text); }
main { max-width: 68rem; margin: 0 auto; padding: 3.5rem 2rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -.015em; overflow-wrap: anywhere; }
.overall { display: flex; align-items: center; gap: .7rem; margin: 1.5rem 0 2.5rem; padding: 1rem 1.25rem;
  background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px;
  font-size: 1.125rem; font-weight: 600; }
.overall svg { width: 1.25rem; height: 1.25rem; }
svg { width: .7rem; height: .7rem; flex: none; color: var(--tone); forced-color-adjust: none; }
.cut { fill: none; stroke: var(--card); stroke-width: 2; }
.up { --tone: var(--up); } .degraded { --tone: var(--some); } .down { --tone: var(--down); } .unknown { --tone: var(--none); }
table { width: 100%; margin-bottom: 2.25rem; border-spacing: 0; table-layout: fixed; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; }
caption { padding: 0 0 .6rem 1.25rem; text-align: left; font-size: 1rem; font-weight: 650; overflow-wrap: anywhere; }
th, td { padding: .8rem 0 .8rem 1.25rem; text-align: left; vertical-align: middle; font-weight: inherit; }
th:last-child, td:last-child { padding-right: 1.25rem; }
thead th { padding-block: .55rem; color: var(--quiet); font-size: .8rem; }
tbody th, tbody td { border-top: 1px solid var(--line); }
/* Ninety bars of 3 px, so that all are as wide. */
col.days { width: calc(359px + 1.25rem); } col.figure { width: 6.6rem; } col:last-child { width: 7.85rem; }
.number { text-align: right; white-space: nowrap; }
.name { display: block; font-weight: 600; overflow-wrap: anywhere; }
.state { display: flex; align-items: baseline; gap: .4rem; font-size: .8rem; }
.state svg { align-self: center; }
.state b { color: var(--tone); font-weight: 600; white-space: nowrap; } .state.unknown b { color: var(--quiet); }
.history .absent { font-size: .8rem; }
.since, .response, .absent, footer { color: var(--quiet); }
.response { display: block; font-size: .8rem; }
.strip { display: flex; align-items: flex-end; gap: 1px; height: 1.9rem; }
.strip i { flex: 1 1 0; height: 100%; border-radius: 1px; background: var(--up); forced-color-adjust: none; }
.strip .s { height: 72%; background: var(--some); }
.strip .d { height: 44%; background: var(--down); }
.strip .n { height: 3px; background: var(--none); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { font-size: .8rem; }
footer p + p { margin-top: .4rem; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; margin-bottom: 1rem; padding: 0; list-style: none; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.legend .strip { width: 4px; height: 1rem; }
@media (max-width: 64rem) {
  main { padding: 2rem 1rem; }
  h1 { font-size: 1.5rem; }
  caption { display: block; padding-left: .25rem; }
  table, tbody { display: block; }
  table { border: 0; background: none; }
  tbody { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
  colgroup { display: none; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: repeat(3, 1fr); gap: .75rem .5rem; padding: 1rem; }
  tbody tr + tr { border-top: 1px solid var(--line); }
  tbody th, tbody td, th:last-child, td:last-child { border: 0; padding: 0; }
  tbody th, td.history { grid-column: 1 / -1; }
  .number { text-align: left; }
  .number::before { content: attr(data-window); display: block; color: var(--quiet); font-size: .8rem; }
}
`;
