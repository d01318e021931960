export { dailyBarSeries, type SeriesBar, type SeriesOptions } from './bar-series.js';
export { type Core, type Outcome, type Scenario, scenario } from './given-when-then.js';
export { HttpReceiver, type Received } from './http-receiver.js';
export { type RealData, realData } from './real-data.js';
export { type SeededRandom, seededRandom } from './seeded-random.js';
export { TcpProxy } from './tcp-proxy.js';
export { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from './servers.js';
