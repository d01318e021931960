export type { ExecutionsReported, OrderEvent, OrderIntent, OrdersPlaced, OrderStatus, OrderType, TimeInForce } from './facts.js';
