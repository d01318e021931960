export type { ExecutionsReported, OrderEvent, OrderIntent, OrdersHalted, OrdersPlaced, OrderStatus, OrderType, TimeInForce } from './facts.js';
