export type { BreakerAction, RiskCommand, TradingState, TradingStateChanged, TradingStatus, Verdict, VerdictsReached } from './facts.js';
