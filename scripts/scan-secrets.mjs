// Looks for credentials in every file that git tracks (or those named). A line that must look like one, such as a test's made-up key, carries the
// words "not a secret".
//   node scripts/scan-secrets.mjs [file …]
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from './toolchain.mjs';

const fileBytesMax = 2 * 1024 * 1024;
const patterns = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a Slack webhook', /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{20,}/],
  ['a Telegram bot token', /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/],
  ['a Google key', /\bAIza[0-9A-Za-z_-]{35}\b/],
  ['an OpenAI or Anthropic key', /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}\b/],
  ['a Stripe key', /\b[rs]k_live_[0-9A-Za-z]{20,}\b/],
  ['an Alpaca key', /\b(?:PK|AK)[A-Z0-9]{18}\b/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  // One to this machine itself opens nothing elsewhere.
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"`${}<>]+:[^\s:/@'"`${}<>]{8,}@(?!127\.0\.0\.1|localhost)/i],
  [
    'a secret written out',
    /\b(?:password|passwd|secret|token|api[_-]?key|private[_-]?key)\b["']?\s*[:=]\s*["'`](?![^"'`]*\$\{)[A-Za-z0-9+/_=-]{16,}["'`]/i,
  ],
];

const named = process.argv.slice(2);
const files =
  named.length > 0
    ? named
    : execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
        .split('\0')
        .filter(Boolean);
let scanned = 0;
let found = 0;
for (const file of files) {
  const path = resolve(named.length > 0 ? process.cwd() : root, file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > fileBytesMax) continue;
  const bytes = readFileSync(path);
  if (bytes.includes(0)) continue;
  scanned += 1;
  for (const [index, line] of bytes.toString('utf8').split('\n').entries()) {
    if (line.includes('not a secret')) continue;
    const hit = patterns.find(([, pattern]) => pattern.test(line));
    if (!hit) continue;
    found += 1;
    process.stdout.write(`${file}:${index + 1}: looks like ${hit[0]}\n`);
  }
}
process.stdout.write(`${scanned} files, ${found} findings\n`);
process.exit(found === 0 && scanned > 0 ? 0 : 1);
