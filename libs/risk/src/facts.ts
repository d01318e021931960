import type { OrderIntent } from '@tradewind/orders';
import type { AccountId, StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

export type TradingStatus = 'ACTIVE' | 'REDUCING' | 'HALTED';

/** One answer to one signal. Stable deny codes; parameters are decimal or plain text. */
export type Verdict =
  | {
      readonly id: string;
      readonly signalId: string;
      readonly symbol: Symbol;
      readonly at: UnixNanos;
      readonly status: 'APPROVED';
      readonly intent: OrderIntent;
      readonly causes: readonly string[];
    }
  | {
      readonly id: string;
      readonly signalId: string;
      readonly symbol: Symbol;
      readonly at: UnixNanos;
      readonly status: 'DENIED';
      readonly code: string;
      readonly parameters: Readonly<Record<string, string>>;
      readonly causes: readonly string[];
    };

export interface BreakerAction {
  /** `br/<account>/<step>/<rule>`; between the steps the message's id stands for the step. */
  readonly id: string;
  readonly at: UnixNanos;
  /** One of BREAKER_RULES, or `auto-resume`. */
  readonly rule: string;
  readonly action: 'REDUCE_HALF' | 'CLOSE_ALL' | 'TIGHTEN_STOPS' | 'REBALANCE' | 'REFUSE_ENTRIES' | 'HALT' | 'RESUME';
  /** In the unit of the rule, mostly a fraction, e.g. 0.1042 against 0.10; for `auto-resume` the drawdown that is given up, against the limit that halted. */
  readonly measured: number;
  readonly limit: number;
}

export interface TradingState {
  readonly accountId: AccountId;
  readonly status: TradingStatus;
  /** Person or rule that put it there, and why. */
  readonly actor: string;
  readonly reason: string;
  readonly since: UnixNanos;
}

export interface VerdictsReached {
  readonly header: StepHeader;
  readonly verdicts: readonly Verdict[];
  /** Orders that breakers and the kill switch ask for; approved by construction, they only reduce. */
  readonly protectiveIntents: readonly OrderIntent[];
  readonly breakers: readonly BreakerAction[];
  readonly state: TradingState;
  readonly final: boolean;
}

/** Said by a person (CLI, console) or a service, outside the steps. */
export type RiskCommand =
  | {
      readonly type: 'Halt';
      readonly id: string;
      readonly accountId: AccountId;
      readonly actor: string;
      readonly reason: string;
      readonly at: UnixNanos;
    }
  | {
      readonly type: 'Resume';
      readonly id: string;
      readonly accountId: AccountId;
      readonly actor: string;
      readonly reason: string;
      readonly at: UnixNanos;
    }
  | {
      readonly type: 'ReloadProfile';
      readonly id: string;
      readonly accountId: AccountId;
      readonly actor: string;
      readonly reason: string;
      readonly at: UnixNanos;
      /** The profile's JSON text, whole: the record holds what was put in force. */
      readonly profile: string;
    };

/** What the live monitor asks for outside the steps, after a fill or a mark between them. */
export interface ProtectionsOrdered {
  /** `risk.protections/<id of what it answers>`. */
  readonly id: string;
  /** The run that was going on; empty before the first. */
  readonly run: string;
  readonly accountId: AccountId;
  readonly at: UnixNanos;
  /** Approved by construction: they only reduce, or tighten a stop. */
  readonly intents: readonly OrderIntent[];
  readonly breakers: readonly BreakerAction[];
  readonly state: TradingState;
  readonly causes: readonly string[];
}

export interface TradingStateChanged {
  readonly id: string;
  readonly at: UnixNanos;
  readonly previous: TradingStatus;
  readonly state: TradingState;
  readonly causes: readonly string[];
}

/** A command put another profile in force. */
export interface ProfileChanged {
  /** `pr/<account>/<command id>`. */
  readonly id: string;
  readonly accountId: AccountId;
  readonly at: UnixNanos;
  readonly actor: string;
  readonly reason: string;
  readonly name: string;
  /** SHA-256 of the text, hex, and that of the profile before. */
  readonly digest: string;
  readonly previousDigest: string;
  /** Text of the profile, whole. */
  readonly profile: string;
  readonly causes: readonly string[];
}
