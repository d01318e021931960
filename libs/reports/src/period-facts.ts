import type { FactKind } from '@tradewind/audit';
import { RoundTrips } from '@tradewind/backtest';
import type { Bar, QualityFault } from '@tradewind/market';
import type { AccountReconciled, OrderAnomaly, OrderEvent, OrdersCommand } from '@tradewind/orders';
import type { AccountEvent, AccountSnapshot } from '@tradewind/portfolio';
import type { BreakerAction, RiskCommand, TradingState, TradingStateChanged, Verdict } from '@tradewind/risk';
import type { SignalDecision } from '@tradewind/signals';
import { isoFromNanos, toNumber, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import type { Movement } from './contribution.js';
import type { DayEnd } from './holdings-attribution.js';
import type { EventLine } from './period-report.js';
import { ShadowTrading } from './shadow-trading.js';

/** Kinds of facts that a report is made from; all others need not be read. */
export const REPORTED_KINDS: readonly FactKind[] = [
  'bar',
  'signal-decision',
  'verdict',
  'breaker',
  'trading-state',
  'risk-command',
  'order-event',
  'account',
  'account-event',
  'order-anomaly',
  'reconciliation',
  'orders-command',
  'quality-fault',
];

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const SIGNAL_ENTRY = 'signal:enter';

/** Gathers the facts of a period, in the order in which the trail recorded them. Facts from before it only teach what orders and signals were. */
export class PeriodFacts {
  readonly shadow = new ShadowTrading();
  roundTrips = new RoundTrips();
  /** Fills and account events, in the order in which they happened. */
  readonly movements: Movement[] = [];
  fills = 0;
  readonly orders = new Map<string, number>();
  readonly denials = new Map<string, number>();
  readonly findings = new Map<string, number>();
  readonly breakers: EventLine[] = [];
  readonly states: EventLine[] = [];
  readonly commands: EventLine[] = [];
  readonly anomalies: EventLine[] = [];
  readonly reconciliations: EventLine[] = [];
  simulated = false;
  opening: AccountSnapshot | undefined;
  closing: AccountSnapshot | undefined;
  traded = 0;
  private first: string | undefined;
  private readonly tags = new Map<string, string>();
  private readonly purposes = new Map<string, string>();
  private readonly signalTypes = new Map<string, string>();
  private readonly closes = new Map<string, number>();
  private readonly days = new Map<string, DayEnd>();

  constructor(
    private readonly accountId: string,
    private readonly from: UnixNanos,
  ) {}

  add(kind: FactKind, fact: unknown, at: UnixNanos): void {
    const inside = at >= this.from;
    if (kind === 'bar') this.bar(fact as Bar);
    else if (kind === 'account') this.account(fact as AccountSnapshot, inside);
    else if (kind === 'order-event') this.orderEvent(fact as OrderEvent, inside);
    else if (kind === 'signal-decision') this.decision(fact as SignalDecision);
    else if (kind === 'verdict') this.verdict(fact as Verdict, inside);
    else if (inside) this.line(kind, fact, isoFromNanos(at));
  }

  /** The first day of the period of which an account is recorded. */
  get firstDay(): string | undefined {
    return this.first;
  }

  /** The last account of each day, the evening before the period first. */
  get dayEnds(): readonly DayEnd[] {
    return [...this.days.values()];
  }

  private bar(bar: Bar): void {
    this.closes.set(bar.symbol, toNumber(bar.close));
    this.shadow.addBar(bar);
    if (bar.source.includes('simulated')) this.simulated = true;
  }

  private account(account: AccountSnapshot, inside: boolean): void {
    if (account.accountId !== this.accountId) return;
    if (!inside) this.days.clear();
    if (!inside || this.opening === undefined) {
      this.opening = account;
      this.roundTrips = new RoundTrips();
      for (const { symbol, quantity, averagePrice } of account.positions)
        this.roundTrips.hold({ symbol, quantity, price: averagePrice, date: utcDateOf(account.at) });
    }
    this.closing = account;
    if (inside) this.first ??= utcDateOf(account.at);
    this.days.set(utcDateOf(account.at), { date: utcDateOf(account.at), account, closes: new Map(this.closes) });
  }

  private decision({ id, signalType }: SignalDecision): void {
    this.signalTypes.set(id, signalType);
  }

  private verdict(verdict: Verdict, inside: boolean): void {
    if (verdict.status === 'DENIED') {
      if (inside) count(this.denials, verdict.code);
      return;
    }
    const { clientOrderId, strategy } = verdict.intent;
    this.tags.set(clientOrderId, strategy ?? this.signalTypes.get(verdict.signalId) ?? verdict.intent.purpose);
  }

  private orderEvent(event: OrderEvent, inside: boolean): void {
    if (event.type === 'OrderInitialized') this.purposes.set(event.clientOrderId, event.intent.purpose);
    if (!inside) return;
    count(this.orders, event.type.slice('Order'.length).toLowerCase());
    this.shadow.addEvent(event);
    if (event.type !== 'OrderFilled') return;
    const purpose = this.purposes.get(event.clientOrderId) ?? 'unknown';
    const { symbol, side, quantity, price, commission, clientOrderId } = event;
    this.fills += 1;
    this.movements.push({ symbol, side, quantity, price, commission, tag: this.tags.get(clientOrderId) ?? purpose });
    this.traded += toNumber(price) * toNumber(quantity);
    this.roundTrips.add(event, purpose === SIGNAL_ENTRY ? 'turned round' : purpose);
  }

  private line(kind: FactKind, fact: unknown, at: string): void {
    switch (kind) {
      case 'account-event':
        this.movements.push(fact as AccountEvent);
        return;
      case 'quality-fault':
        count(this.findings, (fact as QualityFault).code);
        return;
      case 'breaker': {
        const { rule, action, measured, limit } = fact as BreakerAction;
        this.breakers.push({
          at,
          text: `${rule}: ${action}, measured ${(measured * 100).toFixed(2)}% against ${(limit * 100).toFixed(2)}%`,
        });
        return;
      }
      case 'trading-state': {
        const told = fact as TradingState | TradingStateChanged;
        const { status, actor, reason } = 'state' in told ? told.state : told;
        this.states.push({ at, text: `${status} by ${actor}: ${reason}` });
        return;
      }
      case 'risk-command':
      case 'orders-command': {
        const { type, actor, reason } = fact as RiskCommand | OrdersCommand;
        this.commands.push({ at, text: `${type} by ${actor}: ${reason}` });
        return;
      }
      case 'order-anomaly': {
        const { code, clientOrderId, symbol } = fact as OrderAnomaly;
        this.anomalies.push({ at, text: [code, symbol, clientOrderId].filter((part) => part !== undefined).join(' ') });
        return;
      }
      case 'reconciliation': {
        const { venue, differences, tradable } = fact as AccountReconciled;
        this.reconciliations.push({ at, text: `${differences.length} differences with ${venue}${tradable ? '' : ', trading refused'}` });
        return;
      }
      default:
    }
  }
}
