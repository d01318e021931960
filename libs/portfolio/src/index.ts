export type { AccountSnapshot, PositionView } from './facts.js';
