export type { Bar, BarInterval, BarsClosed } from './bar.js';
export type { QualityFault, QualityFaultsFound, SymbolQuality } from './fault.js';
