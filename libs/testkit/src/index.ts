export { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from './servers.js';
