import { seededRandom } from '@tradewind/testkit';

/** One act of violence, at a place in the replay. */
export interface Kill {
  /** Strikes when this share of the replay is done, 0 to 1 … */
  readonly at: number;
  /** … and this much later, so that no hop is always met at the same point. */
  readonly delayMs: number;
  /** SIGKILLed together. */
  readonly victims: readonly string[];
  /** Struck again so long after it was started again: a death during recovery. */
  readonly againAfterMs?: number;
}

const delayMsMax = 250;
const againMsMax = 1_200;
/** Out of all kills: how many take two at once, how many strike twice. */
const pairShare = 0.15;
const againShare = 0.2;
/** The first steps are left to start up, the last to end, so that every kill meets a run at work. */
const firstAt = 0.02;
const lastAt = 0.9;

/**
 * The kills of one run, in order, the same for the same seed: spread over the whole replay, every process struck before any is struck
 * again, some in pairs, some again while they recover.
 * @param kills how many SIGKILLs at least.
 */
export function killSchedule(seed: string, kills: number, names: readonly string[]): Kill[] {
  const random = seededRandom(`chaos/${seed}`);
  const victims = Array.from({ length: Math.ceil(kills / names.length) }, () => random.shuffle(names)).flat();
  const schedule: Kill[] = [];
  let planned = 0;
  while (planned < kills) {
    const first = victims[schedule.length % victims.length] ?? names[0] ?? '';
    const second = random.next() < pairShare ? random.pick(names.filter((name) => name !== first)) : undefined;
    const again = second === undefined && random.next() < againShare ? random.integer(0, againMsMax) : undefined;
    schedule.push({
      at: firstAt + (lastAt - firstAt) * random.next(),
      delayMs: random.integer(0, delayMsMax),
      victims: second === undefined ? [first] : [first, second],
      ...(again === undefined ? {} : { againAfterMs: again }),
    });
    planned += 1 + (second === undefined ? 0 : 1) + (again === undefined ? 0 : 1);
  }
  return schedule.sort((left, right) => left.at - right.at);
}
