export const SOURCE = 'interactive-brokers';
