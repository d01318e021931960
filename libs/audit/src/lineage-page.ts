import { isoFromNanos, utcDateOf } from '@tradewind/vocabulary';

import { describeRecord, type FeatureNames } from './description.js';
import type { LineageNode } from './lineage.js';
import { titleOf } from './lineage-rendering.js';
import type { AuditRecord } from './record.js';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --accent: #2a6df4 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.3rem } .gaps { border: 1px solid #c33; padding: .5rem 1rem; border-radius: .4rem }
ul { list-style: none; margin: 0; padding-left: 1.1rem; border-left: 1px solid var(--line) }
body > ul { border: 0; padding: 0 } li { margin: .35rem 0 } summary { cursor: pointer }
b { color: var(--accent) } code, pre { font: 12px/1.45 ui-monospace, monospace } code { opacity: .7; overflow-wrap: anywhere }
pre { background: var(--soft); padding: .5rem .7rem; border-radius: .3rem; overflow-x: auto; margin: .3rem 0; white-space: pre-wrap }
.flag { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: 12px; margin-left: .3rem }`;

const proofOf = (record: AuditRecord): string =>
  `<code title="SHA-256 ${record.hash}">${record.chain} #${record.sequence} ${record.hash.slice(0, 12)}</code>`;

const recordHtml = (record: AuditRecord, featureNames: FeatureNames): string => {
  const { headline, lines } = describeRecord(record, featureNames);
  const flags = record.flags.map((flag) => `<span class="flag">${escaped(flag)}</span>`).join('');
  const details = lines.length === 0 ? '' : `<pre>${escaped(lines.join('\n'))}</pre>`;
  return `<div><time datetime="${isoFromNanos(record.at)}">${utcDateOf(record.at)}</time> ${escaped(headline)} ${flags} ${proofOf(record)}${details}</div>`;
};

const nodeHtml = (node: LineageNode, featureNames: FeatureNames): string => {
  const id = encodeURIComponent(`${node.kind} ${node.factId}`);
  const title = `<b>${escaped(titleOf(node.kind))}</b> ${escaped(node.factId)}`;
  if (node.repeated) return `<li>${title} (<a href="#${id}">see above</a>)</li>`;
  const records = node.kind === 'order' ? node.records : node.records.slice(-1);
  const body = records.map((record) => recordHtml(record, featureNames)).join('');
  const children = node.children.length === 0 ? '' : `<ul>${node.children.map((child) => nodeHtml(child, featureNames)).join('')}</ul>`;
  return `<li id="${id}"><details open><summary>${title}</summary>${body}${children}</details></li>`;
};

/** The lineage as one page that needs nothing beside it. `gaps`: see `lineageGaps`; `head`: hash of the last checkpoint of the trail. */
export const renderLineagePage = (
  root: LineageNode,
  featureNames: FeatureNames,
  { gaps, head }: { readonly gaps: readonly string[]; readonly head: string },
): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lineage of ${escaped(root.factId)}</title><style>${STYLE}</style></head><body>
<h1>Lineage of ${escaped(root.factId)}</h1>
<p>Every line names the record of the audit trail that proves it. ${head === '' ? 'No checkpoint is signed yet.' : `Last signed checkpoint <code>${escaped(head)}</code>.`}</p>
${gaps.length === 0 ? '<p>Complete: nothing is missing.</p>' : `<div class="gaps"><p>Not complete:</p><ul>${gaps.map((gap) => `<li>${escaped(gap)}</li>`).join('')}</ul></div>`}
<ul>${nodeHtml(root, featureNames)}</ul>
</body></html>
`;
