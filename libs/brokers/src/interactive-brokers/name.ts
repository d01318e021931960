export const BROKER = 'interactive-brokers';
