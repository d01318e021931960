/** What becomes of an order that arrives while its symbol is halted. Working orders always stay, and may be cancelled; nothing fills. */
export type HaltPolicy = 'HOLD' | 'REJECT';
