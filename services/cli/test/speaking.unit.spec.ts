import { describe, expect, it } from 'vitest';

import { table } from '../src/output.js';
import { progressLine } from '../src/progress.js';
import { simulatedParts } from '../src/run-context.js';

describe('the progress line', () => {
  const line = progressLine({ done: 1_000, total: 4_000, date: '2004-01-05', elapsedSeconds: 10 }, 100);

  it('says how far, where in the data, how fast and how long still', () => {
    for (const part of ['25%', '2004-01-05', '1,000 steps', '100/s', '30 s left']) expect(line).toContain(part);
  });

  it('fits a narrow terminal and stands a replay without steps', () => {
    expect(line.length).toBeLessThanOrEqual(100);
    expect(progressLine({ done: 0, total: 0, date: '', elapsedSeconds: 0 }, 60)).toContain('0%');
  });
});

describe('a table', () => {
  it('aligns text to the left and numbers to the right', () => {
    expect(
      table(
        ['name', 'count'],
        [
          ['a', '1,000'],
          ['long', '2'],
        ],
      ),
    ).toBe('name  count\na     1,000\nlong      2');
  });
});

describe('what is simulated', () => {
  it('says plainly that the instruments, the fills and the analyst are not real', () => {
    const text = simulatedParts(['rules@1'], true).join(' ');
    for (const part of ['nobody can buy', 'paper venue', '0.1% slippage', 'no language model spoke', 'before 2000-01-03', 'no dividends'])
      expect(text).toContain(part);
  });

  it('names a language model that spoke', () => {
    expect(simulatedParts(['ollama/llama3', 'rules@1'], true).join(' ')).toContain('ollama/llama3');
  });
});
