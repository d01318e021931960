export type { Bar, BarInterval, BarsClosed } from './bar.js';
