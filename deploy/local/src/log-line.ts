import { styleText } from 'node:util';

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** A line of a process's output, understood. */
export interface LogLine {
  readonly process: string;
  readonly level: Level;
  /** Milliseconds since 1970 as the process wrote it, or as it was received. */
  readonly time: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const levels: readonly (readonly [least: number, level: Level])[] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
];
const rank: Readonly<Record<Level, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };
const unshown = new Set(['level', 'time', 'pid', 'hostname', 'name', 'service', 'msg', 'v']);
const nameWidth = 12;

export const isAtLeast = (level: Level, least: Level): boolean => rank[level] >= rank[least];

/** Reads a JSON log line (pino's form); anything else becomes a message of its own, a warning when it came on stderr. */
export function parseLogLine(process: string, line: string, stream: 'stdout' | 'stderr', receivedAt: number): LogLine {
  const plain: LogLine = { process, level: stream === 'stderr' ? 'warn' : 'info', time: receivedAt, message: line, fields: {} };
  if (!line.startsWith('{')) return plain;
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return plain;
  }
  return {
    process,
    level: levelOf(record['level']),
    time: timeOf(record['time']) ?? receivedAt,
    message: typeof record['msg'] === 'string' ? record['msg'] : '',
    fields: Object.fromEntries(Object.entries(record).filter(([key]) => !unshown.has(key))),
  };
}

/** `12:34:56.789 orders       WARN  message key=value …`, and the stack of an error on lines of its own. */
export function formatLogLine(line: LogLine, colour: boolean): string {
  const paint = (style: 'red' | 'yellow' | 'cyan' | 'dim', text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const tag = line.level.toUpperCase().padEnd(5);
  const level = rank[line.level] >= 50 ? paint('red', tag) : line.level === 'warn' ? paint('yellow', tag) : tag;
  const fields = Object.entries(line.fields).map(([key, value]) => `${key}=${shown(value)}`);
  const head = `${paint('dim', new Date(line.time).toISOString().slice(11, 23))} ${paint('cyan', line.process.padEnd(nameWidth))} ${level}`;
  const stack = rank[line.level] >= 50 ? stackIn(line.fields) : '';
  return [head, line.message, paint('dim', fields.join(' '))].filter(Boolean).join(' ').trimEnd() + stack;
}

function levelOf(value: unknown): Level {
  if (typeof value === 'string' && value in rank) return value as Level;
  if (typeof value !== 'number') return 'info';
  return levels.find(([least]) => value >= least)?.[1] ?? 'trace';
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (value !== null && typeof value === 'object') {
    const { type, message } = value as { type?: unknown; message?: unknown };
    if (typeof message === 'string') return JSON.stringify(typeof type === 'string' ? `${type}: ${message}` : message);
  }
  return JSON.stringify(value) ?? 'undefined';
}

function stackIn(fields: Readonly<Record<string, unknown>>): string {
  const error = (fields['err'] ?? fields['error']) as { stack?: unknown } | undefined;
  if (typeof error?.stack !== 'string') return '';
  return error.stack
    .split('\n')
    .slice(1)
    .map((frame) => `\n    ${frame.trim()}`)
    .join('');
}
