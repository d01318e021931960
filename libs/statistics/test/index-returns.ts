import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';

export const sp500 = realData('index-and-macro', 'arch_sp500.csv.gz');

/** Adjusted closes of the S&P 500, 1999 to 2018. */
export const adjustedCloses = (): readonly number[] =>
  gunzipSync(readFileSync(sp500.path))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[5]));
