import { actions } from './actions.js';
import { analysts } from './analysts.js';
import type { Collector } from './collector.js';
import { fundamentals } from './fundamentals.js';
import { insiders } from './insiders.js';
import { macro } from './macro.js';
import { news } from './news.js';
import { social } from './social.js';
import { volatility } from './volatility.js';

/** All collectors. */
export const COLLECTORS: readonly Collector[] = [actions, analysts, fundamentals, insiders, macro, news, social, volatility];
