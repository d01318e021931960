import { escapeText } from './svg-line-chart.js';

/** Rows of text; the first cell of a row is its head. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((cell) => `<th>${escapeText(cell)}</th>`).join('')}</tr></thead><tbody>${rows
    .map(
      (row) =>
        `<tr>${row.map((cell, index) => (index === 0 ? `<th scope="row">${escapeText(cell)}</th>` : `<td>${escapeText(cell)}</td>`)).join('')}</tr>`,
    )
    .join('')}</tbody></table>`;

/** A card with a title. `body` is HTML. */
export const section = (title: string, body: string): string => `<section><h2>${escapeText(title)}</h2>${body}</section>`;
/** What may be wider than the page. */
export const scroll = (body: string): string => `<div class="scroll">${body}</div>`;
